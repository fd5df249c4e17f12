/** Custom rules that are no rules: devices that have the same writes show different values. */
import { collection, number, schema, string, type SchemaDefinition } from '@tombolo/core'

let asked = 0

export const app: SchemaDefinition = schema({
  version: 1,
  collections: {
    notes: collection({
      title: string(),
      byChance: number().custom((all) => all[Math.floor(Math.random() * all.length)]?.value ?? 0),
      byClock: number().custom((all) => all.map(({ value }) => value).sort((a, b) => a - b)[new Date().getDate() % all.length] ?? 0),
      byOrder: number().custom((all) => all[0]?.value ?? 0),
      byMemory: number().custom((all) => (asked++ % 2) * all.length),
      greatest: number().custom((all) => Math.max(...all.map(({ value }) => value))),
    }),
  },
})
