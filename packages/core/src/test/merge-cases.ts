/**
 * The cases of conformance/merge and conformance/stamp. What a record must be and show is said by the oracle, not by the kernel that the
 * cases are run against; what is a plain number or name is written down here.
 */
import { createHash } from 'node:crypto'
import type { Json } from '../canonical.ts'
import { base64url, type Hash } from '../hash.ts'
import { intentOfForm, type Name, type ReplicaId } from '../ids.ts'
import { MS_MAX } from '../limits.ts'
import { ORIGIN } from '../merge/register.ts'
import { referenceLife, referenceShown } from '../testing.ts'
import { clientIdOf, openDocument, yjsText } from '../yjs.ts'
import { addTo, type Arrival, arrival, type ArrivalOptions, edit, increment, removeFrom, set } from './arrivals.ts'
import { oracleElements, oracleRecord, oracleText, type Place } from './oracle.ts'

export type Case = { readonly id: string } & { readonly [member: string]: unknown }
type OnDelete = 'edit-wins' | 'delete-wins' | 'review'
type RuleType = 'latest' | 'review' | 'max' | 'min' | 'first' | 'arrival'

const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest()
/** A readable name of the right length. */
const n = (text: string): Name => text.padEnd(22, '-') as Name

/** A write with names of the right length throughout. */
function write(name: string, fields: Parameters<typeof arrival>[1], options: ArrivalOptions = {}): Arrival {
  const full = (names: readonly Name[]): readonly Name[] => names.map(n)
  const made = arrival(n(name), fields, { ...options, lifeOver: (options.lifeOver ?? []).map(n) })
  const named = made.operations.fields.map((operation) => ('over' in operation ? { ...operation, over: full(operation.over) } : operation))
  return { ...made, operations: { ...made.operations, fields: named } }
}

// ---- records ----

interface RecordCase {
  readonly id: string
  readonly why: string
  readonly rules?: Readonly<Record<string, RuleType>>
  readonly onDelete?: OnDelete
  readonly writes: readonly Arrival[]
}

function recordCase({ id, why, rules = {}, onDelete = 'edit-wins', writes }: RecordCase): Case {
  const oracle = oracleRecord(writes)
  const shown: Record<string, unknown> = { $life: referenceLife(onDelete, oracle.life.entries), ...oracle.counters }
  for (const [field, elements] of Object.entries(oracle.sets))
    shown[field] = oracleElements(elements)
      .toSorted()
      .map((key) => JSON.parse(key) as Json)
  for (const [field, place] of Object.entries(oracle.registers))
    if (place.entries.length > 0) shown[field] = shownOf(rules[field] ?? 'latest', place)
  return { id, why, rules, onDelete, writes, record: JSON.parse(oracleText(oracle)) as Json, shown }
}

function shownOf(rule: RuleType, place: Place): unknown {
  const { value, conflict } = referenceShown({ type: rule }, place.entries)
  return { value, conflicted: conflict.length > 0 }
}

const created = write('a', [set('title', 'owl')], { stamp: 1 })
const two = (options: readonly [ArrivalOptions, ArrivalOptions], values: readonly [Json, Json] = ['owl', 'fox']): readonly Arrival[] => [
  write('a', [set('title', values[0])], options[0]),
  write('b', [set('title', values[1])], options[1]),
]
const decided = 'decision-of-a-and-b--' as never

const REGISTERS: readonly RecordCase[] = [
  { id: 'one-write', why: 'a field has the value that was written', writes: [created] },
  {
    id: 'causally-later',
    why: 'a write over another wins, whatever the clocks say',
    writes: [write('a', [set('title', 'owl')], { stamp: 9 }), write('b', [set('title', 'fox', ['a'])], { stamp: 1, lifeOver: ['a'] })],
  },
  { id: 'concurrent', why: 'writes that do not name one another both stand', writes: two([{ stamp: 1 }, { stamp: 2 }]) },
  { id: 'awaited', why: 'a name that has not arrived is awaited', writes: [write('b', [set('title', 'fox', ['a'])], { lifeOver: ['a'] })] },
  {
    id: 'awaited-comes',
    why: 'what is awaited arrives already written over',
    writes: [write('b', [set('title', 'fox', ['a'])], { lifeOver: ['a'] }), created],
  },
  {
    id: 'middle-late',
    why: 'a write that arrives written over still writes over what it saw',
    writes: [
      created,
      write('c', [set('title', 'bat', ['b'])], { lifeOver: ['b'] }),
      write('b', [set('title', 'fox', ['a'])], { lifeOver: ['a'] }),
    ],
  },
  {
    id: 'middle-missing',
    why: 'handed-on names bridge a write that never comes',
    writes: [created, write('c', [set('title', 'bat', ['b', 'a'])], { lifeOver: ['b', 'a'] })],
  },
  {
    id: 'group',
    why: 'a group is one value and one decision',
    rules: { place: 'review' },
    writes: [write('a', [set('place', { lat: 1, lon: 2 })], { stamp: 1 }), write('b', [set('place', { lat: 3, lon: 4 })], { stamp: 2 })],
  },
]

const rule = (type: RuleType, ...cases: readonly (readonly [string, string, readonly Arrival[]])[]): RecordCase[] =>
  cases.map(([id, why, writes]) => ({ id: `${type}-${id}`, why, rules: { title: type }, writes }))

const RULES: readonly RecordCase[] = [
  ...rule(
    'latest',
    ['stamp', 'the greatest stamp is shown', two([{ stamp: 2 }, { stamp: 1 }])],
    ['tie', 'ties are broken by the name', two([{ stamp: 1 }, { stamp: 1 }])],
  ),
  ...rule(
    'review',
    ['differ', 'different values ask for a person', two([{ stamp: 2 }, { stamp: 1 }])],
    [
      'equal',
      'equal values do not',
      two(
        [{ stamp: 2 }, { stamp: 1 }],
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
      ),
    ],
    [
      'resolved',
      'a decision is over all of a conflict',
      [...two([{ stamp: 1 }, { stamp: 2 }]), write('c', [set('title', 'bat', ['a', 'b'], decided)], { stamp: 3 })],
    ],
    [
      'resolved-twice',
      'of two decisions of one conflict the later counts',
      [write('c', [set('title', 'bat', [], decided)], { stamp: 3 }), write('d', [set('title', 'cat', [], decided)], { stamp: 4 })],
    ],
    [
      'resolved-apart',
      'decisions of different conflicts are a new one',
      [
        write('c', [set('title', 'bat', [], decided)], { stamp: 3 }),
        write('d', [set('title', 'cat', [], 'decision-of-others---' as never)], { stamp: 4 }),
      ],
    ],
    [
      'resolved-and-another',
      'a write beside a decision is a new conflict',
      [write('c', [set('title', 'bat', [], decided)], { stamp: 3 }), write('d', [set('title', 'cat')], { stamp: 1 })],
    ],
    [
      'resolved-twice-and-another',
      'the lesser of two decisions of one conflict takes no part: equal values beside the later one are no conflict',
      [
        write('c', [set('title', 'bat', [], decided)], { stamp: 3 }),
        write('d', [set('title', 'cat', [], decided)], { stamp: 4 }),
        write('e', [set('title', 'cat')], { stamp: 1 }),
      ],
    ],
  ),
  ...rule(
    'max',
    ['numbers', 'numbers by size, not by text', two([{ stamp: 1 }, { stamp: 2 }], [10, 9])],
    ['seen', 'only among concurrent writes', [write('a', [set('title', 9)]), write('b', [set('title', 2, ['a'])])]],
    ['kinds', 'null, booleans, numbers, strings, then arrays and objects by canonical text', two([{ stamp: 1 }, { stamp: 2 }], ['0', 99])],
  ),
  ...rule('min', ['dates', 'strings by code units, which orders dates', two([{ stamp: 2 }, { stamp: 1 }], ['1977-07', '2026'])]),
  ...rule(
    'first',
    ['stamp', 'the smallest stamp is shown', two([{ stamp: 2 }, { stamp: 1 }])],
    ['tie', 'ties go to the smallest name', two([{ stamp: 1 }, { stamp: 1 }])],
    ['unverified', 'an unverified clock loses to a verified one', two([{ stamp: 1, unverified: true }, { stamp: 2 }])],
  ),
  ...rule(
    'arrival',
    [
      'hub',
      'the hub’s stamp counts, not the device’s',
      two([
        { stamp: 9, hubStamp: 1 },
        { stamp: 1, hubStamp: 2 },
      ]),
    ],
    [
      'tie',
      'ties go to the greatest stamp',
      two([
        { stamp: 9, hubStamp: 1 },
        { stamp: 1, hubStamp: 1 },
      ]),
    ],
  ),
]

const SETS_AND_COUNTERS: readonly RecordCase[] = [
  { id: 'set-add', why: 'elements are JSON values', writes: [write('a', [addTo('tags', 'owl'), addTo('tags', 1), addTo('tags', '1')])] },
  {
    id: 'set-remove',
    why: 'a removal takes the tags that it saw',
    writes: [write('a', [addTo('tags', 'owl')]), write('b', [removeFrom('tags', 'owl', ['a'])])],
  },
  {
    id: 'set-remove-unseen',
    why: 'an add that the remover had not seen stays',
    writes: [write('a', [addTo('tags', 'owl')]), write('b', [addTo('tags', 'owl')]), write('c', [removeFrom('tags', 'owl', ['a'])])],
  },
  { id: 'set-remove-first', why: 'a removal may come before the add', writes: [write('b', [removeFrom('tags', 'owl', ['a'])])] },
  {
    id: 'set-empty',
    why: 'a set that holds nothing is as good as absent',
    writes: [write('b', [removeFrom('tags', 'owl', ['a'])]), write('a', [addTo('tags', 'owl')])],
  },
  {
    id: 'counter',
    why: 'every increment counts',
    writes: [write('a', [increment('visits', 5)]), write('b', [increment('visits', 6)]), write('c', [increment('visits', -1)])],
  },
  { id: 'counter-below-zero', why: 'a sum may be negative', writes: [write('a', [increment('visits', -5)])] },
  {
    id: 'counter-runs-over',
    why: 'sums are taken modulo 2^53, from -2^52 up to 2^52 - 1',
    writes: [write('a', [increment('visits', 2 ** 52 - 1)]), write('b', [increment('visits', 3)])],
  },
]

const bySee = { lifeOver: ['a'] }
const lives = (onDelete: OnDelete): RecordCase => ({
  id: `life-${onDelete}`,
  why: 'a deletion beside an edit: the collection says',
  onDelete,
  writes: [created, write('b', [], { ...bySee, life: 'deleted' }), write('c', [increment('visits', 1)], bySee)],
})
const LIVES: readonly RecordCase[] = [
  { id: 'life-deleted', why: 'a deleted record keeps its fields', writes: [created, write('b', [], { ...bySee, life: 'deleted' })] },
  {
    id: 'life-restored',
    why: 'an edit by one who saw the deletion is a restore',
    writes: [created, write('b', [], { ...bySee, life: 'deleted' }), write('c', [set('title', 'fox', ['a'])], { lifeOver: ['b'] })],
  },
  lives('edit-wins'),
  lives('delete-wins'),
  lives('review'),
]

const typed = (of: Name, text: string, clientId: number, ...splices: readonly (readonly [number, number, string])[]): string[] => {
  const session = openDocument(yjsText.seed(text, of), clientId)
  return splices.map(([at, remove, insert]) => session.splice({ at, remove, insert }))
}
const [byAna = '', byAnaToo = ''] = typed(n('a'), 'one two', 1, [0, 3, 'ONE'], [7, 0, ' three'])
const [byAnasCopy = ''] = typed(n('a'), 'one two', 1, [0, 3, 'TWO'])
const [byBen = ''] = typed(n('a'), 'one two', 2, [7, 0, ' 🦉'])
const [fromNothing = ''] = typed(ORIGIN, '', 3, [0, 0, 'typed'])
const text = write('a', [set('body', 'one two')])

const TEXTS: readonly RecordCase[] = [
  {
    id: 'text-edits',
    why: 'edits of one string merge character by character',
    writes: [
      text,
      write('b', [edit('body', n('a'), byAna)]),
      write('c', [edit('body', n('a'), byBen)]),
      write('d', [edit('body', n('a'), byAnaToo)]),
    ],
  },
  {
    id: 'text-origin',
    why: 'an edit of the empty string that every text begins with',
    writes: [write('b', [edit('body', ORIGIN, fromNothing)])],
  },
  {
    id: 'text-origin-over',
    why: 'it is written over as any other, and awaited for good',
    writes: [
      write('b', [edit('body', ORIGIN, fromNothing)]),
      write('c', [set('body', 'whole', [])]),
      write('d', [{ kind: 'set', field: 'body', value: 'new', over: [ORIGIN, n('c')] }]),
    ],
  },
  {
    id: 'text-waits-for-string',
    why: 'an edit of a string that has not arrived waits',
    writes: [write('b', [edit('body', n('a'), byAna)])],
  },
  {
    id: 'text-waits-for-edit',
    why: 'an edit that builds on one that has not arrived waits',
    writes: [text, write('d', [edit('body', n('a'), byAnaToo)])],
  },
  {
    id: 'text-late',
    why: 'an edit of a string that was written over changes nothing that is shown',
    writes: [text, write('c', [set('body', 'new', ['a'])]), write('b', [edit('body', n('a'), byAna)])],
  },
  {
    id: 'text-of-awaited',
    why: 'a string that is awaited was written over already: its edits do not wait',
    writes: [write('c', [set('body', 'new', ['a'])]), write('b', [edit('body', n('a'), byAna)])],
  },
]

// ---- the rest ----

const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, index) => n(`${prefix}${index}`))
const entry = (name: string, over: readonly string[]): Json => ({ name: n(name), over: over.map((other) => n(other)) })

const OVER: readonly Case[] = [
  { id: 'nothing', why: 'nobody wrote the field', version: 0, entries: [], own: [], durableThrough: 0, over: [] },
  {
    id: 'seen',
    why: 'the entries of the view, by name',
    version: 5,
    entries: [entry('a', []), entry('b', [])],
    own: [],
    durableThrough: 0,
    over: [n('a'), n('b')],
  },
  {
    id: 'handed-on',
    why: 'what an entry was over is handed on, the nearest first',
    version: 5,
    entries: [entry('c', ['b', 'a'])],
    own: [],
    durableThrough: 4,
    over: [n('c'), n('b'), n('a')],
  },
  {
    id: 'durable',
    why: 'an entry that every restorable backup has hands on nothing',
    version: 5,
    entries: [entry('c', ['b', 'a'])],
    own: [],
    durableThrough: 5,
    over: [n('c')],
  },
  {
    id: 'own-open',
    why: 'own open and failed writes, the newest first, and what they were over',
    version: 0,
    entries: [entry('y', ['x', 'a'])],
    own: [entry('x', ['a']), entry('y', ['x', 'a'])],
    durableThrough: 9,
    over: [n('y'), n('x'), n('a')],
  },
  {
    id: 'own-refused',
    why: 'what is handed on comes before own refused writes, so that the next write hands on what lies nearest',
    version: 5,
    entries: [entry('c', ['b', 'a'])],
    own: [entry('r', ['q'])],
    durableThrough: 0,
    over: [n('c'), n('b'), n('a'), n('r'), n('q')],
  },
  {
    id: 'in-turns',
    why: 'of several entries the nearest of each goes first',
    version: 5,
    entries: [entry('a', ['a1', 'a2']), entry('b', ['b1', 'b2'])],
    own: [],
    durableThrough: 0,
    over: ['a', 'b', 'a1', 'b1', 'a2', 'b2'].map(n),
  },
  {
    id: 'most',
    why: 'at most 32 names are handed on',
    version: 5,
    entries: [{ name: n('z'), over: names(40, 'p') }],
    own: [],
    durableThrough: 0,
    over: [n('z'), ...names(32, 'p')],
  },
]

const conflictOf = (...conflicting: readonly Name[]): string =>
  base64url(sha256(Buffer.from(`tombolo conflict\n${conflicting.toSorted().join('\n')}`)).subarray(0, 16))

const CONFLICTS: readonly Case[] = [
  { id: 'two', names: [n('a'), n('b')], conflict: conflictOf(n('a'), n('b')) },
  { id: 'two-in-another-order', names: [n('b'), n('a')], conflict: conflictOf(n('a'), n('b')) },
  { id: 'three', names: [n('a'), n('b'), n('c')], conflict: conflictOf(n('a'), n('b'), n('c')) },
]

const seeds = (['', 'one two', 'Čebela 🦉'] as const).map((string, index) => {
  const name = n(`seed${index}`)
  return { id: `seed-${index}`, name, text: string, clientId: clientIdOf(name), document: yjsText.seed(string, name) }
})
const seed = yjsText.seed('one two', n('a'))
const DOCUMENTS: readonly Case[] = [
  ...seeds,
  { id: 'edit', document: seed, update: byAna, text: 'ONE two' },
  { id: 'edit-builds-on-another', document: seed, update: byAnaToo, text: null },
  { id: 'edit-twice', document: yjsText.merge(seed, byAna)?.document ?? '', update: byAna, text: 'ONE two' },
  { id: 'edit-of-other-content-under-one-id', document: yjsText.merge(seed, byAna)?.document ?? '', update: byAnasCopy, text: null },
  { id: 'edit-is-no-update', document: seed, update: '////', text: null },
  { id: 'edit-is-no-base64', document: seed, update: 'owl!', text: null },
  { id: 'edit-has-a-struct-of-no-length', document: seed, update: 'AQFNAAAAAA==', text: null },
]

const MS = 1024
const STAMPS: Readonly<Record<string, readonly Case[]>> = {
  next: [
    { id: 'clock-ahead', last: 5 * MS, nowMs: 9, stamp: 9 * MS },
    { id: 'clock-behind', last: 9 * MS + 3, nowMs: 5, stamp: 9 * MS + 4 },
    { id: 'same-millisecond', last: 9 * MS, nowMs: 9, stamp: 9 * MS + 1 },
    { id: 'before-1970', last: 0, nowMs: -5, stamp: 1 },
    { id: 'counter-runs-over', last: 9 * MS + 1023, nowMs: 9, stamp: 10 * MS },
    { id: 'end-of-time', last: (MS_MAX + 1) * MS - 1, nowMs: MS_MAX + 5, stamp: (MS_MAX + 1) * MS - 1 },
  ],
  effective: [
    { id: 'past', raw: 5 * MS, nowMs: 100_000, stamp: 5 * MS },
    { id: 'a-minute-ahead', raw: 160_000 * MS, nowMs: 100_000, stamp: 160_000 * MS },
    { id: 'more-than-a-minute-ahead', raw: 160_001 * MS, nowMs: 100_000, stamp: 100_000 * MS },
  ],
  uuid: [
    {
      id: 'rfc-9562',
      nowMs: 0x017f22e279b0,
      random: [0xcc, 0x31, 0x8c, 0x4d, 0xc0, 0xc0, 0xc0, 0x73, 0x98, 0xff],
      uuid: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    },
    { id: 'least', nowMs: 0, random: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], uuid: '00000000-0000-7000-8000-000000000000' },
    { id: 'greatest', nowMs: 2 ** 48 - 1, random: Array.from({ length: 10 }, () => 255), uuid: 'ffffffff-ffff-7fff-bfff-ffffffffffff' },
  ],
  forms: (['visit-1', 'visit-2', 'obisk č. 3'] as const).map((form, index) => {
    const replica = 'ReplicaOfTheField00000' as ReplicaId
    return { id: `form-${index}`, replica, form, intent: intentOfForm(sha256, replica, form) }
  }),
}

/** By the name of their file. */
export const MERGE_CASES: Readonly<Record<string, readonly Case[]>> = {
  'merge/registers': REGISTERS.map(recordCase),
  'merge/rules': RULES.map(recordCase),
  'merge/sets-and-counters': SETS_AND_COUNTERS.map(recordCase),
  'merge/lives': LIVES.map(recordCase),
  'merge/texts': TEXTS.map(recordCase),
  'merge/over': OVER,
  'merge/conflicts': CONFLICTS,
  'merge/documents': DOCUMENTS,
  'stamp/next': STAMPS['next'] ?? [],
  'stamp/effective': STAMPS['effective'] ?? [],
  'stamp/uuid': STAMPS['uuid'] ?? [],
  'stamp/forms': STAMPS['forms'] ?? [],
}
