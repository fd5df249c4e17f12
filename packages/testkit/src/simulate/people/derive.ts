/** Makes an app that can be simulated of what its developer has: a schema, maybe an older one, maybe examples. */
import type { SchemaDefinition } from '@tombolo/core'
import type { App, Release } from '../../simulator/app.ts'
import type { AnyExamples } from '../examples.ts'
import { SimulationError } from '../simulation-error.ts'
import { Acts } from './acts.ts'
import { collectionsOf, Fields } from './fields.ts'
import { JudgedRules } from './judged-rules.ts'
import { PLANTED, strictHub } from './strict-hub.ts'

export interface DerivedApp {
  readonly app: App
  readonly rules: JudgedRules
}

/** @throws SimulationError */
export function deriveApp(schema: SchemaDefinition, older: SchemaDefinition | null, examples: AnyExamples): DerivedApp {
  if (older !== null && older.version >= schema.version)
    throw new SimulationError('simulate.older', `the older schema has version ${older.version}, and the other one ${schema.version}`)
  const rules = new JudgedRules()
  const newest = releaseOf(schema, rules, examples)
  const releases = { 1: older === null ? newest : releaseOf(older, rules, examplesIn(older, examples)), 2: newest }
  const { fields } = newest
  const signed = collectionsOf(schema)[0]?.name
  if (signed === undefined) throw new SimulationError('simulate.value', 'the schema has no collection to write to')
  return {
    rules,
    app: {
      device: byRelease(releases, ({ device }) => device),
      hub: byRelease(releases, ({ hub }) => hub),
      isUpgraded: older !== null,
      look: (view) => {
        const { acts } = releases[view.release]
        const scene = acts.sceneOf(view)
        // The app may have been updated meanwhile: then another release is on the screen.
        return { space: view.space, act: (doing) => releases[doing.release].acts.actOn(scene, doing) }
      },
      correct: ({ dice, release }, { collection, record, field }) => {
        const { fields: own, device } = releases[release]
        const kind = field === null ? undefined : device.collections[collection]?.fields[field]?.kind
        if (field === null || kind === undefined || kind === 'set' || kind === 'counter') return []
        return [{ type: 'set', collection, record, values: { [field]: own.certain(collection, field, dice) } }]
      },
      sign: ({ dice, newRecord }) => ({
        type: 'add',
        collection: signed,
        record: newRecord(),
        values: fields.certainRecord(signed, dice),
      }),
      renamed: {},
      planted: PLANTED,
      torn: () => null,
    },
  }
}

interface OneRelease {
  readonly device: SchemaDefinition
  readonly hub: SchemaDefinition
  readonly fields: Fields
  readonly acts: Acts
}

function releaseOf(schema: SchemaDefinition, rules: JudgedRules, examples: AnyExamples): OneRelease {
  const device = rules.watched(schema)
  const fields = new Fields(schema, examples)
  const hub = strictHub(device, (collection, field) => fields.isWide(collection, field))
  return { device, hub, fields, acts: new Acts(schema, fields) }
}

const byRelease = <T>(releases: Readonly<Record<Release, OneRelease>>, of: (release: OneRelease) => T): Readonly<Record<Release, T>> => ({
  1: of(releases[1]),
  2: of(releases[2]),
})

/** Examples are of the newest schema: of those that an older one lacks, it needs none. */
const examplesIn = ({ collections }: SchemaDefinition, examples: AnyExamples): AnyExamples =>
  Object.fromEntries(
    Object.entries(examples).flatMap(([name, fields]) => {
      const known = Object.entries(fields).filter(([field]) => collections[name]?.fields[field] !== undefined)
      return known.length === 0 ? [] : [[name, Object.fromEntries(known)] as const]
    }),
  )
