/**
 * What people do with an app, from its schema alone: they add records, write every field in the ways of its kind, delete, bring back, and now
 * and then do what the schema forbids. A few records get most of the writes, as a project's front page does, so that people meet.
 */
import type { CollectionDefinition, FieldDefinition, Json, RecordId, SchemaDefinition } from '@tombolo/core'
import type { Deed, Doing, View } from '../../simulator/app.ts'
import type { Dice } from '../../simulator/random.ts'
import type { Fields } from './fields.ts'
import { type Known, wordsOf } from './shapes.ts'
import type { Source } from './source.ts'

/** What is on the screen: the first records of each collection, and some that were deleted. */
interface Scene {
  readonly [collection: string]: { readonly there: readonly RecordId[]; readonly deleted: readonly RecordId[] }
}

interface Act {
  readonly name: string
  readonly weight: number
  readonly collection: string
  readonly needs: 'there' | 'deleted' | null
  readonly steps: (doing: Doing, scene: Scene) => readonly object[]
}

const SHOWN = 12
const HOT_SHARE = 0.7
const HOT = 3
/** How often a field is written, and the other acts of a collection beside all writes of its fields. */
const WRITE = 3
const SHARES = { add: 0.08, several: 0.1, two: 0.05, delete: 0.035, restore: 0.02, slip: 0.015 }

export class Acts {
  readonly #collections: readonly string[]
  readonly #acts: readonly Act[]

  constructor(schema: SchemaDefinition, fields: Fields) {
    const collections = Object.values(schema.collections).filter(({ name }) => fields.of(name).length > 0)
    this.#collections = collections.map(({ name }) => name)
    this.#acts = collections.flatMap((collection) => actsOn(collection, fields))
  }

  sceneOf({ space, query }: View): Scene {
    const tables = new Set(query("SELECT name FROM sqlite_schema WHERE type = 'table'").values().flat())
    const ids = (collection: string, isDeleted: boolean, limit: number): readonly RecordId[] =>
      query(`SELECT id FROM "${collection}" WHERE space = ? AND "$deleted" = ? ORDER BY id LIMIT ?`)
        .values(space, isDeleted ? 1 : 0, limit)
        .map(([id]) => id as RecordId)
    // A store that no process has opened since the app was updated has the tables of before.
    const there = this.#collections.filter((collection) => tables.has(collection))
    return Object.fromEntries(there.map((name) => [name, { there: ids(name, false, SHOWN), deleted: ids(name, true, HOT) }]))
  }

  actOn(scene: Scene, doing: Doing): Deed {
    const able = this.#acts.filter(({ collection, needs }) => needs === null || (scene[collection]?.[needs].length ?? 0) > 0)
    let at = doing.dice.roll() * able.reduce((sum, { weight }) => sum + weight, 0)
    const act = able.find(({ weight }) => (at -= weight) < 0) ?? able[0]
    return act === undefined ? { name: 'nothing', steps: [] } : { name: act.name, steps: act.steps(doing, scene) }
  }
}

function actsOn({ name: collection, fields: definitions }: CollectionDefinition, fields: Fields): readonly Act[] {
  const names = fields.of(collection)
  const act = (name: string, weight: number, needs: Act['needs'], steps: Act['steps']): Act => ({
    name: `${name} ${collection}`,
    weight,
    collection,
    needs,
    steps,
  })
  const onHot =
    (steps: (doing: Doing, scene: Scene, record: RecordId) => readonly object[], needs: 'there' | 'deleted' = 'there'): Act['steps'] =>
    (doing, scene) => {
      const record = hot(doing.dice, scene[collection]?.[needs] ?? [])
      return steps(doing, scene, record).map((step) => ({ ...step, collection, record }))
    }
  const writes = names.map((field) => {
    const definition = definitions[field] as FieldDefinition
    const source = fields.source(collection, field)
    return act(
      `write ${field} of`,
      WRITE,
      'there',
      onHot((doing, scene, record) => changeOf({ collection, field, record }, definition, source, doing, knownIn(scene, doing.dice))),
    )
  })
  const total = WRITE * names.length
  return [
    act('add to', 1 + total * SHARES.add, null, ({ dice, newRecord }, scene) => [
      { type: 'add', collection, record: newRecord(), values: fields.newRecord(collection, dice, knownIn(scene, dice)) },
    ]),
    ...writes,
    act(
      'write several fields of',
      total * SHARES.several,
      'there',
      onHot(({ dice }, scene) => [{ type: 'set', values: fields.several(collection, dice, knownIn(scene, dice)) }]),
    ),
    act('write two records of', total * SHARES.two, 'there', ({ dice }, scene) => {
      const records = scene[collection]?.there ?? []
      return [...new Set([hot(dice, records), dice.pick(records)])].map((record) => ({
        type: 'set',
        collection,
        record,
        values: fields.several(collection, dice, knownIn(scene, dice)),
      }))
    }),
    act(
      'delete from',
      total * SHARES.delete,
      'there',
      onHot(() => [{ type: 'delete' }]),
    ),
    act(
      'bring back to',
      total * SHARES.restore,
      'deleted',
      onHot(() => [{ type: 'restore' }], 'deleted'),
    ),
    act(
      'slip in',
      total * SHARES.slip,
      'there',
      onHot(({ dice }, scene) => [{ type: 'set', values: fields.slip(collection, dice, knownIn(scene, dice)) }]),
    ),
  ]
}

const hot = (dice: Dice, records: readonly RecordId[]): RecordId => dice.pick(dice.chance(HOT_SHARE) ? records.slice(0, HOT) : records)

const knownIn =
  (scene: Scene, dice: Dice): Known =>
  (collection) => {
    const there = scene[collection]?.there ?? []
    return there.length === 0 ? null : hot(dice, there)
  }

interface Spot {
  readonly collection: string
  readonly field: string
  readonly record: RecordId
}

/** One write of one field. */
function changeOf(spot: Spot, definition: FieldDefinition, source: Source, doing: Doing, known: Known): readonly object[] {
  const { field } = spot
  const { dice } = doing
  switch (definition.kind) {
    case 'register':
      return [{ type: 'set', values: { [field]: definition.optional && dice.chance(0.08) ? null : source.draw(dice, known) } }]
    case 'group':
      return [
        { type: 'set', values: { [field]: definition.optional && dice.chance(0.05) ? null : groupOf(dice, source.draw(dice, known)) } },
      ]
    case 'set':
      return [{ type: dice.chance(0.6) ? 'addTo' : 'removeFrom', field, element: source.draw(dice, known) }]
    case 'counter':
      return [{ type: 'increment', field, by: source.draw(dice, known) }]
    case 'text':
      return [dice.chance(0.1) ? { type: 'set', values: { [field]: source.draw(dice, known) } } : typing(spot, doing)]
  }
}

/** All of a group, or some of its members: the others stay as the person sees them. */
function groupOf(dice: Dice, whole: Json): Json {
  if (dice.chance(0.7)) return whole
  const members = Object.entries(whole as Readonly<Record<string, Json>>)
  const some = members.filter(() => dice.chance(0.5))
  return Object.fromEntries(some.length === 0 ? members.slice(0, 1) : some)
}

/** Puts words before, behind or into what stands on the screen, and takes some letters away now and then. */
function typing({ collection, field, record }: Spot, { dice, query }: Doing): object {
  const [shown] = query(`SELECT "${field}" FROM "${collection}" WHERE id = ?`).values(record)[0] ?? []
  const from = typeof shown === 'string' ? shown : ''
  const between = from.indexOf(' ', dice.below(from.length + 1))
  const at = dice.pick([0, from.length, Math.max(0, between)])
  const cut = dice.chance(0.15) ? wholeCut(from, at) : at
  return { type: 'edit', field, from, to: `${from.slice(0, at)}${wordsOf(dice, 1 + dice.below(6))} ${from.slice(cut)}` }
}

/** Up to the next space, so that no letter is torn. */
const wholeCut = (text: string, at: number): number => {
  const next = text.indexOf(' ', at + 1)
  return next === -1 ? text.length : next
}
