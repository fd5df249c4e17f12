import { collection, schema, string } from '@tombolo/core'

export const app = schema({ version: 1, collections: { notes: collection({ title: string() }) } })
