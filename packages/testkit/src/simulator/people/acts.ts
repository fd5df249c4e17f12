/** What people do with the simulator's own app (schema.ts), how often, and to which records: few of them are hot. */
import type { Json, RecordId } from '@tombolo/core'
import type { Deed, Doing as AnyDoing, View } from '../app.ts'
import { FATAL, FORBIDDEN, headingOf, qualitiesOf } from '../schema.ts'

/** What a person has on the screen. */
interface Scene {
  readonly notes: readonly RecordId[]
  readonly samples: readonly RecordId[]
  readonly sheets: readonly RecordId[]
  readonly twins: readonly { readonly of: string; readonly ids: readonly RecordId[] }[]
}

interface Doing extends AnyDoing {
  readonly scene: Scene
}

interface Act {
  readonly name: string
  readonly weight: number
  readonly needs: 'notes' | 'samples' | 'sheets' | 'twins' | null
  readonly steps: (doing: Doing) => readonly object[]
}

/** What is on the screen. */
export function sceneOf({ space, query }: View): Scene {
  const ids = (collection: string): readonly RecordId[] =>
    query(`SELECT id FROM ${collection} WHERE space = ? AND "$deleted" = 0 ORDER BY id LIMIT 12`)
      .values(space)
      .map(([id]) => id as RecordId)
  const twins = query(
    'SELECT "of", group_concat(id) AS ids FROM twins WHERE space = ? AND "$deleted" = 0 GROUP BY "of" HAVING count(*) = 2',
  )
    .values(space)
    .map(([of, together]) => ({ of: String(of), ids: String(together).split(',') as RecordId[] }))
  return { notes: ids('notes'), samples: ids('samples'), sheets: ids('sheets'), twins }
}

export function actOn(scene: Scene, doing: AnyDoing): Deed {
  const { name, steps } = pickAct(scene, doing)
  return { name, steps: steps({ ...doing, scene }) }
}

const TYPES_ON_SHARE = 0.65
const TYPED_FIELDS: ReadonlySet<string> = new Set(['heading', 'title', 'label'])

/** Whoever types saves several times, each time a word more; null: they do something else. */
export function typedOn(last: Deed | null, { dice, word }: AnyDoing): Deed | null {
  const [step, ...more] = (last?.steps ?? []) as readonly { readonly type: string; readonly values?: Readonly<Record<string, Json>> }[]
  if (last === null || step?.type !== 'set' || more.length > 0 || !dice.chance(TYPES_ON_SHARE)) return null
  const [field, typed] = Object.entries(step.values ?? {}).find(([name]) => TYPED_FIELDS.has(name)) ?? []
  if (field === undefined || typeof typed !== 'string') return null
  return { name: last.name, steps: [{ ...step, values: { [field]: `${typed} ${word()}` } }] }
}

function pickAct(scene: Scene, { dice }: AnyDoing): Act {
  const able = ACTS.filter(({ needs }) => needs === null || scene[needs].length > 0)
  const total = able.reduce((sum, { weight }) => sum + weight, 0)
  let at = dice.roll() * total
  return able.find(({ weight }) => (at -= weight) < 0) ?? (able[0] as Act)
}

const HOT_SHARE = 0.7
const HOT = 3

/** A few records get most of the writes. */
const hot = ({ dice }: Doing, ids: readonly RecordId[]): RecordId => dice.pick(dice.chance(HOT_SHARE) ? ids.slice(0, HOT) : ids)

const onNote = (doing: Doing, step: object): readonly object[] => [{ collection: 'notes', record: hot(doing, doing.scene.notes), ...step }]
const setNote = (doing: Doing, values: Readonly<Record<string, Json>>): readonly object[] => onNote(doing, { type: 'set', values })

/** Some words the hub refuses, and few make its app throw. */
function wordOf({ dice, word }: Doing): string {
  const at = dice.roll()
  if (at < 0.25) return `${FORBIDDEN} ${word()}`
  return at < 0.253 ? `${FATAL} ${word()}` : word()
}

const ACTS: readonly Act[] = [
  {
    name: 'add a note',
    weight: 4,
    needs: null,
    steps: (doing) => [
      { collection: 'notes', record: doing.newRecord(), type: 'add', values: { [headingOf(doing.release)]: wordOf(doing) } },
    ],
  },
  { name: 'rename', weight: 20, needs: 'notes', steps: (doing) => setNote(doing, { [headingOf(doing.release)]: wordOf(doing) }) },
  { name: 'judge', weight: 7, needs: 'notes', steps: (doing) => setNote(doing, { quality: doing.dice.pick(qualitiesOf(doing.release)) }) },
  { name: 'raise', weight: 4, needs: 'notes', steps: (doing) => setNote(doing, { highest: doing.dice.below(100) }) },
  { name: 'lower', weight: 4, needs: 'notes', steps: (doing) => setNote(doing, { lowest: doing.dice.below(100) }) },
  { name: 'find', weight: 3, needs: 'notes', steps: (doing) => setNote(doing, { foundBy: doing.word() }) },
  { name: 'report', weight: 4, needs: 'notes', steps: (doing) => setNote(doing, { status: doing.word() }) },
  { name: 'weigh', weight: 3, needs: 'notes', steps: (doing) => setNote(doing, { weight: doing.dice.below(1000) }) },
  { name: 'check', weight: 2, needs: 'notes', steps: (doing) => setNote(doing, { checked: doing.dice.chance(0.5) }) },
  {
    name: 'locate',
    weight: 8,
    needs: 'notes',
    steps: (doing) => {
      const { dice } = doing
      const accuracy = doing.release === 2 && dice.chance(0.5) ? { accuracy: dice.below(100) } : {}
      const whole = { lat: dice.below(90), lon: dice.below(180), ...(dice.chance(0.3) ? { alt: dice.below(3000) } : {}), ...accuracy }
      return setNote(doing, { place: dice.chance(0.7) ? whole : { lat: dice.below(90) } })
    },
  },
  {
    name: 'measure a pair',
    weight: 3,
    needs: 'notes',
    steps: (doing) => setNote(doing, { pair: { low: doing.dice.below(50), high: 50 + doing.dice.below(50) } }),
  },
  {
    name: 'tag',
    weight: 6,
    needs: 'notes',
    steps: (doing) =>
      onNote(doing, {
        type: doing.dice.chance(0.6) ? 'addTo' : 'removeFrom',
        field: 'tags',
        element: doing.dice.pick(['wet', 'dry', 'old']),
      }),
  },
  {
    name: 'visit',
    weight: 6,
    needs: 'notes',
    steps: (doing) => onNote(doing, { type: 'increment', field: 'visits', by: 1 + doing.dice.below(3) }),
  },
  { name: 'type', weight: 6, needs: 'notes', steps: (doing) => typing(doing) },
  { name: 'clear a text', weight: 0.5, needs: 'notes', steps: (doing) => setNote(doing, { body: doing.word() }) },
  { name: 'delete a note', weight: 2.5, needs: 'notes', steps: (doing) => onNote(doing, { type: 'delete' }) },
  {
    name: 'add a sample',
    weight: 2,
    needs: 'notes',
    steps: (doing) => [
      {
        collection: 'samples',
        record: doing.newRecord(),
        type: 'add',
        values: { note: hot(doing, doing.scene.notes), label: wordOf(doing) },
      },
    ],
  },
  {
    name: 'label a sample',
    weight: 4,
    needs: 'samples',
    steps: (doing) => [{ collection: 'samples', record: hot(doing, doing.scene.samples), type: 'set', values: { label: wordOf(doing) } }],
  },
  {
    name: 'count a sample',
    weight: 2,
    needs: 'samples',
    steps: (doing) => [{ collection: 'samples', record: hot(doing, doing.scene.samples), type: 'increment', field: 'count', by: 1 }],
  },
  {
    name: 'delete a sample',
    weight: 1,
    needs: 'samples',
    steps: (doing) => [{ collection: 'samples', record: hot(doing, doing.scene.samples), type: 'delete' }],
  },
  {
    name: 'add a sheet',
    weight: 1.5,
    needs: null,
    steps: (doing) => [{ collection: 'sheets', record: doing.newRecord(), type: 'add', values: { title: wordOf(doing) } }],
  },
  {
    name: 'title a sheet',
    weight: 4,
    needs: 'sheets',
    steps: (doing) => [{ collection: 'sheets', record: hot(doing, doing.scene.sheets), type: 'set', values: { title: wordOf(doing) } }],
  },
  {
    name: 'delete a sheet',
    weight: 1.5,
    needs: 'sheets',
    steps: (doing) => [{ collection: 'sheets', record: hot(doing, doing.scene.sheets), type: 'delete' }],
  },
  { name: 'add twins', weight: 0.7, needs: null, steps: (doing) => newTwins(doing) },
  { name: 'mark twins', weight: 5, needs: 'twins', steps: (doing) => markTwins(doing) },
  { name: 'slip', weight: 0.7, needs: 'notes', steps: (doing) => setNote(doing, { highest: doing.word() }) },
  { name: 'several at once', weight: 3, needs: 'notes', steps: (doing) => several(doing) },
]

/** Puts a word before, behind or between words, as they stand on the screen. */
function typing(doing: Doing): readonly object[] {
  const { dice, query, scene, word } = doing
  const record = hot(doing, scene.notes)
  const [body] = query('SELECT body FROM notes WHERE id = ?').values(record)[0] ?? []
  const from = typeof body === 'string' ? body : ''
  const between = from.indexOf('<', dice.below(from.length + 1))
  const at = dice.pick([0, from.length, Math.max(0, between)])
  const cut = dice.chance(0.15) ? Math.min(3, from.length - at) : 0
  return [{ collection: 'notes', record, type: 'edit', field: 'body', from, to: from.slice(0, at) + word() + from.slice(at + cut) }]
}

function newTwins({ newRecord, word }: Doing): readonly object[] {
  const [of, mark] = [word(), word()]
  return [newRecord(), newRecord()].map((record) => ({ collection: 'twins', record, type: 'add', values: { of, mark } }))
}

function markTwins({ dice, scene, word }: Doing): readonly object[] {
  const mark = word()
  return dice.pick(scene.twins).ids.map((record) => ({ collection: 'twins', record, type: 'set', values: { mark } }))
}

function several(doing: Doing): readonly object[] {
  const { dice, scene, release } = doing
  const records = new Set([hot(doing, scene.notes), dice.pick(scene.notes)])
  return [...records].map((record) => ({ collection: 'notes', record, type: 'set', values: { [headingOf(release)]: wordOf(doing) } }))
}
