/**
 * The conformance cases of the protocol: one small story, told in every message. `conformance/protocol/` is written from here by
 * `npx vitest run packages/core/src/protocol -u`, and docs/spec/protocol.md quotes it.
 *
 * Ana's tablet writes two notes without a network; Bo's phone, which has read them, renames one and counts a visit.
 */
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../canonical.ts'
import { CHAIN_START, contentHashOf, type Content, contentText, type RecordOperations } from '../change.ts'
import { type Digested, DigestSum, fingerprintOf, type IdentifiedRecord } from '../digest/digest.ts'
import type { Hash } from '../hash.ts'
import { type ChainHash, type ContentHash, type Intent, type Name, nameOf, type RecordId, type ReplicaId, type SpaceId } from '../ids.ts'
import { canonicalRecord } from '../merge/canonical-record.ts'
import { conflictIdOf } from '../merge/conflict.ts'
import type { Entry, Register } from '../merge/register.ts'
import { linksOf } from '../protocol/chain.ts'
import * as protocol from '../protocol/index.ts'
import { type Stamp, stampAt } from '../stamp.ts'

export const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest()

const SPACE = '0193e4d2-7c00-7a11-8a22-3b4c5d6e7f80' as SpaceId
const NOTE = '0193e4d2-8b3c-7d4e-9f50-617283940a1b' as RecordId
const OTHER = '0193e4d2-8b3d-7d4e-9f50-617283940a1c' as RecordId
const TABLET = 'TabletOfAna-----------' as ReplicaId
const PHONE = 'PhoneOfBo-------------' as ReplicaId
const OLD_TABLET = 'TabletOfAnaBefore-----' as ReplicaId
const EPOCH = 'EpochOfThisHub'
const SCHEMA = { version: 3, fingerprint: 'SchemaOfNotes-v3------' }
const ANA = 'ana@example.org'
const BO = 'bo@example.org'
const HUB_TIME_MS = 1_763_830_012_345
const stamp = (ms: number, counter = 0): Stamp => (stampAt(1_763_830_000_000 + ms) + counter) as Stamp
const intent = (text: string): Intent => text as Intent

const changed = ({
  record,
  life = 'alive',
  lifeOver = [],
  fields = [],
}: Partial<RecordOperations> & Pick<RecordOperations, 'record'>): RecordOperations => ({
  collection: 'notes',
  record,
  life,
  lifeOver,
  fields,
})

const content = (of: string, at: Stamp, operations: readonly RecordOperations[], more: Partial<Content> = {}): Content => ({
  intent: intent(of),
  stamp: at,
  space: SPACE,
  schemaVersion: SCHEMA.version,
  label: null,
  operations,
  ...more,
})

const hashOf = (one: Content): ContentHash => contentHashOf(sha256, contentText(one))
const nameIn = (one: Content): Name => nameOf(one.intent, hashOf(one))

const entry = (of: Content, value: Json, by: string, hubStamp: Stamp, more: Partial<Entry> = {}): Entry => ({
  name: nameIn(of),
  value,
  stamp: of.stamp,
  hubStamp,
  by,
  over: [],
  ...more,
})
// ---- what the two wrote ----

const create = content('CreateTheNote1', stamp(0), [
  changed({
    record: NOTE,
    fields: [
      { kind: 'set', field: 'title', value: 'Nest', over: [] },
      { kind: 'set', field: 'body', value: 'Two adults', over: [] },
    ],
  }),
])
const created = nameIn(create)

const createOther = content('CreateAnother2', stamp(2500), [
  changed({
    record: OTHER,
    fields: [
      { kind: 'set', field: 'title', value: 'Gauge', over: [] },
      { kind: 'set', field: 'body', value: '12 cm', over: [] },
    ],
  }),
])

const tagIt = content(
  'TagAndCount--3',
  stamp(9000),
  [
    changed({
      record: NOTE,
      lifeOver: [created],
      fields: [
        { kind: 'addTo', field: 'tags', element: 'birds', over: [] },
        { kind: 'increment', field: 'visits', by: 1 },
      ],
    }),
  ],
  { label: 'Tag' },
)
const tagged = nameIn(tagIt)

const rename = content('RenameTheNote4', stamp(9000, 1), [
  changed({ record: NOTE, lifeOver: [tagged, created], fields: [{ kind: 'set', field: 'title', value: 'Nest, east', over: [created] }] }),
])
const renamed = nameIn(rename)

const renameByBo = content('BoRenamesIt--5', stamp(8000), [
  changed({ record: NOTE, lifeOver: [created], fields: [{ kind: 'set', field: 'title', value: 'Old nest', over: [created] }] }),
])
const renamedByBo = nameIn(renameByBo)

const conflict = conflictIdOf(sha256, [entry(rename, 'Nest, east', ANA, stamp(12_347)), entry(renameByBo, 'Old nest', BO, stamp(13_000))])
const resolve = content('ResolveTitle-6', stamp(20_000), [
  changed({
    record: NOTE,
    lifeOver: [renamedByBo, renamed],
    fields: [
      { kind: 'set', field: 'title', value: 'Old nest, east', over: [renamed, renamedByBo], resolves: conflict },
      { kind: 'removeFrom', field: 'tags', element: 'birds', over: [tagged] },
      { kind: 'addTo', field: 'tags', element: 'nests', over: [tagged] },
      { kind: 'edit', field: 'body', of: created, update: 'AQFNAAQBAXQKVHdvIGFkdWx0cwA=' },
    ],
  }),
])
const deleteOther = content('DeleteOther--7', stamp(21_000), [changed({ record: OTHER, life: 'deleted', lifeOver: [nameIn(createOther)] })])
const nothing = content('TakenBack----8', stamp(22_000), [])

// ---- cases ----

/** A case is one line of JSON. */
export type Case = { readonly id: string } & { readonly [member: string]: unknown }

const wire = (encode: (message: never) => unknown, id: string, kind: string, message: unknown): Case => ({
  id,
  kind,
  message,
  wire: (encode as (message: unknown) => unknown)(message),
})

const helloCases: readonly Case[] = [
  wire(protocol.encodeHelloRequest, 'hello-request', 'HelloRequest', { replica: TABLET, schema: SCHEMA }),
  wire(protocol.encodeHelloAnswer, 'hello-answer', 'HelloAnswer', {
    epoch: EPOCH,
    hubTimeMs: HUB_TIME_MS,
    account: ANA,
    schema: SCHEMA,
    spaces: [
      { space: SPACE, head: 41, durableThrough: 17, role: 'owner' },
      { space: '0193e4d2-7c00-7a11-8a22-3b4c5d6e7f81' as SpaceId, head: 9, durableThrough: 0, role: 'reader' },
    ],
  }),
  wire(protocol.encodeHelloAnswer, 'hello-answer-no-spaces', 'HelloAnswer', {
    epoch: EPOCH,
    hubTimeMs: HUB_TIME_MS,
    account: ANA,
    schema: SCHEMA,
    spaces: [],
  }),
]

const pushed = (n: number, of: Content, more: object = {}): object => ({ n, attempt: 0, park: false, content: of, receipt: null, ...more })
const push = (base: { readonly n: number; readonly hash: string }, changes: readonly object[], more: object = {}): object => ({
  epoch: EPOCH,
  replica: TABLET,
  space: SPACE,
  create: false,
  schema: SCHEMA,
  cursor: null,
  base,
  changes,
  ...more,
})
const link = (changes: readonly Content[]): ChainHash =>
  linksOf(
    sha256,
    { n: 0, hash: CHAIN_START },
    changes.map((one, index) => ({ n: index + 1, attempt: 0, contentHash: hashOf(one) })),
  ).at(-1) ?? CHAIN_START
const AT_START = { n: 0, hash: CHAIN_START }
const AFTER_TWO = { n: 2, hash: link([create, createOther]) }
const AFTER_FOUR = { n: 4, hash: link([create, createOther, tagIt, rename]) }
const RECEIPT = { effectiveStamp: create.stamp, hubStamp: stamp(12_345), mac: 'SignatureOfTheHub----A' }

const pushCases: readonly Case[] = [
  wire(protocol.encodePushRequest, 'push-join', 'PushRequest', push(AT_START, [pushed(1, create)], { join: 'SecretOfTheInvitatio-A' })),
  wire(protocol.encodePushRequest, 'push-create', 'PushRequest', push(AT_START, [pushed(1, create)], { epoch: null, create: true })),
  wire(protocol.encodePushRequest, 'push-two', 'PushRequest', push(AT_START, [pushed(1, create), pushed(2, createOther)])),
  wire(
    protocol.encodePushRequest,
    'push-edits',
    'PushRequest',
    push(AFTER_TWO, [pushed(3, tagIt), pushed(4, rename)], { cursor: 'CursorAtVersion41' }),
  ),
  wire(
    protocol.encodePushRequest,
    'push-resolve-and-delete',
    'PushRequest',
    push(AFTER_FOUR, [pushed(5, resolve), pushed(6, deleteOther), pushed(7, nothing)]),
  ),
  wire(
    protocol.encodePushRequest,
    'push-envelopes',
    'PushRequest',
    push(AT_START, [
      pushed(1, { ...create, schemaVersion: 2 }, { receipt: RECEIPT }),
      pushed(2, createOther, {
        attempt: 2,
        receipt: { ...RECEIPT, effectiveStamp: stamp(2000), hubStamp: stamp(12_345, 1), unverified: true },
      }),
      pushed(3, tagIt, { park: true }),
    ]),
  ),
  wire(protocol.encodePushRequest, 'push-with-a-hole', 'PushRequest', push(AT_START, [pushed(1, create), pushed(4, createOther)])),
  wire(protocol.encodePushRequest, 'push-nothing', 'PushRequest', push(AT_START, [])),
]

const subject = (of: Content): object => ({ name: nameIn(of), contentHash: hashOf(of), attempt: 0 })
const applied = (of: Content, version: number, hubStamp: Stamp, more: object = {}): object => ({
  ...subject(of),
  type: 'applied',
  version,
  receipt: { effectiveStamp: of.stamp, hubStamp, mac: RECEIPT.mac },
  ...more,
})
const answer = (verdicts: readonly object[], more: object = {}): object => ({
  epoch: EPOCH,
  replica: TABLET,
  space: SPACE,
  hubTimeMs: HUB_TIME_MS,
  account: ANA,
  verdicts,
  head: 42,
  cursor: null,
  durableThrough: 0,
  ...more,
})

const answerCases: readonly Case[] = [
  wire(
    protocol.encodePushAnswer,
    'push-answer-applied',
    'PushAnswer',
    answer([applied(create, 42, stamp(12_345)), applied(createOther, 43, stamp(12_345, 1))], {
      head: 43,
      cursor: 'CursorAtVersion43',
      durableThrough: 17,
    }),
  ),
  wire(
    protocol.encodePushAnswer,
    'push-answer-rejected',
    'PushAnswer',
    answer([
      { ...subject(tagIt), type: 'rejected', code: 'value.invalid', message: 'A tag has at most 20 letters.', field: 'tags' },
      { ...subject(rename), attempt: 1, type: 'rejected', code: 'record.gone', message: 'The record is gone.' },
    ]),
  ),
  wire(
    protocol.encodePushAnswer,
    'push-answer-duplicate',
    'PushAnswer',
    answer([
      applied(create, 17, stamp(100), { duplicateOf: { replica: OLD_TABLET, n: 1 } }),
      applied(createOther, 18, stamp(101), { attempt: 1, duplicateOf: { replica: OLD_TABLET, n: 2 } }),
      {
        ...applied(tagIt, 42, stamp(12_345)),
        receipt: { effectiveStamp: stamp(12_345), hubStamp: stamp(12_345), unverified: true, mac: RECEIPT.mac },
      },
    ]),
  ),
]

const pull = (more: object): object => ({
  epoch: EPOCH,
  replica: PHONE,
  space: SPACE,
  schema: SCHEMA,
  cursor: null,
  waiting: [],
  bytesMax: 262_144,
  ...more,
})
const pullCases: readonly Case[] = [
  wire(protocol.encodePullRequest, 'pull-first', 'PullRequest', pull({ epoch: null })),
  wire(protocol.encodePullRequest, 'pull-on', 'PullRequest', pull({ cursor: 'CursorAtVersion41', waiting: [renameByBo.intent] })),
  wire(protocol.encodePullRequest, 'pull-records', 'PullRequest', pull({ accept: 'records' })),
]

const page = (body: object, more: object = {}): object => ({
  epoch: EPOCH,
  replica: PHONE,
  space: SPACE,
  hubTimeMs: HUB_TIME_MS,
  from: 'CursorAtVersion41',
  cursor: 'CursorAtVersion44',
  more: false,
  head: 44,
  verdicts: [],
  body,
  durableThrough: 17,
  ...more,
})
const logged = (version: number, of: Content, by: string, hubStamp: Stamp, more: object = {}): object => ({
  version,
  name: nameIn(of),
  content: of,
  by,
  effectiveStamp: of.stamp,
  hubStamp,
  unverified: false,
  awaits: [],
  ...more,
})

const register = (version: number, entries: readonly Entry[], more: Partial<Register> = {}): Register => ({
  kind: 'register',
  entries: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  awaited: [],
  version,
  ...more,
})

const noteRecord = {
  version: 45,
  life: register(45, [
    entry(rename, 'alive', ANA, stamp(12_347), { over: [tagged, created] }),
    entry(renameByBo, 'alive', BO, stamp(13_000), { over: [created] }),
  ]),
  fields: {
    title: register(45, [
      entry(rename, 'Nest, east', ANA, stamp(12_347), { over: [created] }),
      entry(renameByBo, 'Old nest', BO, stamp(13_000), { over: [created] }),
    ]),
    body: register(42, [entry(create, 'Two adults', ANA, stamp(12_345), { document: 'AQFNAAQBAXQKVHdvIGFkdWx0cwA=' })]),
    tags: { kind: 'set', elements: { '"birds"': register(43, [entry(tagIt, 'birds', ANA, stamp(12_346))]) }, version: 43 },
    visits: { kind: 'counter', sum: 1, version: 43 },
  },
}
const otherRecord = {
  version: 44,
  life: register(44, [entry(createOther, 'alive', ANA, stamp(12_346))]),
  fields: {
    title: register(44, [entry(createOther, 'Gauge', ANA, stamp(12_346))]),
    body: register(44, [entry(createOther, '12 cm', ANA, stamp(12_346))]),
  },
}
const oddRecord = {
  version: 46,
  life: register(46, [entry(deleteOther, 'deleted', ANA, stamp(30_000), { unverified: true })]),
  fields: {
    title: register(46, [], { awaited: [renamed] }),
    body: register(46, [], {
      awaited: [created, renamed],
      waiting: [{ name: tagged, of: created, update: 'AQFNAAQBAXQKVHdvIGFkdWx0cwA=' }],
    }),
  },
}

const pageCases: readonly Case[] = [
  wire(
    protocol.encodePage,
    'page-log',
    'Page',
    page({
      type: 'log',
      entries: [
        logged(42, create, ANA, stamp(12_345)),
        logged(43, tagIt, ANA, stamp(12_346)),
        logged(44, renameByBo, BO, stamp(13_000), { content: null }),
      ],
    }),
  ),
  wire(
    protocol.encodePage,
    'page-log-odd',
    'Page',
    page({
      type: 'log',
      entries: [
        logged(42, { ...create, stamp: stamp(90_000_000) }, ANA, stamp(12_345), { effectiveStamp: stamp(12_345), unverified: true }),
        logged(44, rename, ANA, stamp(12_346), { awaits: [created, tagged] }),
      ],
    }),
  ),
  wire(protocol.encodePage, 'page-log-nothing-new', 'Page', page({ type: 'log', entries: [] }, { cursor: 'CursorAtVersion41', head: 41 })),
  wire(
    protocol.encodePage,
    'page-verdicts',
    'Page',
    page(
      { type: 'log', entries: [] },
      {
        verdicts: [
          applied(renameByBo, 44, stamp(13_000)),
          { ...subject(tagIt), type: 'rejected', code: 'hub.fault', message: 'Put aside.' },
        ],
      },
    ),
  ),
  wire(
    protocol.encodePage,
    'page-records',
    'Page',
    page(
      {
        type: 'records',
        whole: true,
        records: [
          { collection: 'notes', id: OTHER, record: otherRecord },
          { collection: 'notes', id: NOTE, record: noteRecord },
        ],
        sentThrough: 0,
      },
      { from: null, head: 45 },
    ),
  ),
  wire(
    protocol.encodePage,
    'page-records-odd',
    'Page',
    page(
      {
        type: 'records',
        whole: false,
        records: [
          { collection: 'notes', id: NOTE, record: null },
          { collection: 'notes', id: OTHER, record: oddRecord },
        ],
        newerSchema: 4,
        sentThrough: 0,
      },
      { more: true },
    ),
  ),
  wire(protocol.encodePage, 'page-records-sent-by-a-copy', 'Page', page({ type: 'records', whole: false, records: [], sentThrough: 7 })),
  wire(protocol.encodePage, 'page-log-horizon', 'Page', page({ type: 'log', entries: [] }, { horizon: 12 })),
  wire(
    protocol.encodePage,
    'page-records-horizon',
    'Page',
    page({ type: 'records', whole: false, records: [], sentThrough: 0 }, { horizon: 12 }),
  ),
]

const pollCases: readonly Case[] = [
  wire(protocol.encodePollRequest, 'poll-request', 'PollRequest', { replica: TABLET, heads: [{ space: SPACE, head: 41 }], waitMs: 25_000 }),
  wire(protocol.encodePollAnswer, 'poll-answer', 'PollAnswer', {
    epoch: EPOCH,
    replica: TABLET,
    hubTimeMs: HUB_TIME_MS,
    heads: [{ space: SPACE, head: 42 }],
  }),
  wire(protocol.encodePollAnswer, 'poll-answer-silence', 'PollAnswer', {
    epoch: EPOCH,
    replica: TABLET,
    hubTimeMs: HUB_TIME_MS,
    heads: [],
  }),
]

// ---- comparing records ----

const ALIVE = [
  { collection: 'notes', id: OTHER, state: otherRecord },
  { collection: 'notes', id: NOTE, state: noteRecord },
]
const DELETED = {
  collection: 'notes',
  id: OTHER,
  state: { ...otherRecord, life: { ...otherRecord.life, entries: [{ ...entry(deleteOther, 'deleted', ANA, stamp(21_500)) }] } },
}
const digested = (...records: readonly IdentifiedRecord[]): Digested => {
  const sum = new DigestSum(sha256)
  for (const record of records) sum.add(record)
  return sum.digested
}

const fingerprintCases: readonly Case[] = [
  ...['a-note', 'a-note-in-conflict', 'a-deleted-note'].map((id, index) => {
    const record = ALIVE[index] ?? DELETED
    return { id, record, canonical: canonicalRecord(record.state), fingerprint: fingerprintOf(sha256, record) }
  }),
  { id: 'nothing', of: [], ...digested() },
  { id: 'a-sum', of: ALIVE.map((record) => fingerprintOf(sha256, record)), ...digested(...ALIVE) },
]

const compared = { epoch: EPOCH, replica: PHONE, space: SPACE }
const askedAt45 = { ...compared, schema: SCHEMA, version: 45, range: { from: null, to: null } }
const answeredAt45 = { ...compared, hubTimeMs: HUB_TIME_MS, head: 45 }

const digestCases: readonly Case[] = [
  wire(protocol.encodeDigestRequest, 'digest-request', 'DigestRequest', askedAt45),
  wire(protocol.encodeDigestRequest, 'digest-request-of-a-range', 'DigestRequest', { ...askedAt45, range: { from: NOTE, to: OTHER } }),
  wire(protocol.encodeDigestAnswer, 'digest-answer', 'DigestAnswer', {
    ...answeredAt45,
    parts: [
      { from: null, ...digested(...ALIVE.slice(1)) },
      { from: OTHER, ...digested(...ALIVE.slice(0, 1)) },
    ],
  }),
  wire(protocol.encodeDigestAnswer, 'digest-answer-incomparable', 'DigestAnswer', { ...answeredAt45, head: 46, parts: null }),
  wire(protocol.encodeRangeRequest, 'range-request', 'RangeRequest', {
    ...askedAt45,
    range: { from: OTHER, to: null },
    bytesMax: 262_144,
    alarm: true,
  }),
  wire(protocol.encodeRangeAnswer, 'range-answer', 'RangeAnswer', {
    ...answeredAt45,
    records: [{ collection: 'notes', id: OTHER, record: otherRecord }],
    to: null,
  }),
  wire(protocol.encodeRangeAnswer, 'range-answer-of-nothing', 'RangeAnswer', { ...answeredAt45, records: [], to: NOTE }),
  wire(protocol.encodeRangeAnswer, 'range-answer-incomparable', 'RangeAnswer', { ...answeredAt45, head: 46, records: null, to: null }),
]

const liveCases: readonly Case[] = [
  wire(protocol.encodeLiveFrame, 'live-request', 'LiveFrame', {
    type: 'request',
    id: 'r7',
    path: 'hello',
    body: protocol.encodeHelloRequest({ replica: TABLET, schema: SCHEMA }),
  }),
  wire(protocol.encodeLiveFrame, 'live-answer', 'LiveFrame', {
    type: 'answer',
    id: 'r7',
    status: 200,
    body: [EPOCH, HUB_TIME_MS, ANA, [3, SCHEMA.fingerprint]],
  }),
  wire(protocol.encodeLiveFrame, 'live-head', 'LiveFrame', { type: 'head', space: SPACE, head: 42 }),
  wire(protocol.encodeLiveFrame, 'live-delta', 'LiveFrame', {
    type: 'delta',
    page: protocol.encodePage(page({ type: 'log', entries: [] }) as protocol.Page),
  }),
]

const problemOf = (id: string, problem: protocol.Problem): Case => ({ id, kind: 'Problem', message: problem, wire: problem })
const problemCases: readonly Case[] = [
  problemOf('problem-gap', protocol.problem('push.gap', { detail: 'this hub has 2 changes of this replica' })),
  problemOf('problem-epoch', protocol.problem('epoch', { epoch: 'EpochAfterRestore' })),
  problemOf('problem-fault', protocol.problem('hub.fault', { intent: tagIt.intent })),
  problemOf('problem-busy', protocol.problem('hub.busy', { retryAfterMs: 1000 })),
]

const contents = { create, createOther, tagIt, rename, renameByBo, resolve, deleteOther, nothing }
const contentCases: readonly Case[] = Object.entries(contents).map(([id, one]) => ({
  id,
  content: one,
  text: contentText(one),
  hash: hashOf(one),
  name: nameIn(one),
}))

const chainChanges = [create, createOther, tagIt].map((one, index) => ({
  n: index + 1,
  attempt: index === 1 ? 1 : 0,
  contentHash: hashOf(one),
}))
const chainCases: readonly Case[] = [
  { id: 'chain-from-the-start', base: AT_START, changes: chainChanges, links: linksOf(sha256, AT_START, chainChanges) },
  {
    id: 'chain-from-the-middle',
    base: AFTER_TWO,
    changes: [{ n: 3, attempt: 0, contentHash: hashOf(tagIt) }],
    links: linksOf(sha256, AFTER_TWO, [{ n: 3, attempt: 0, contentHash: hashOf(tagIt) }]),
  },
]

const idCases: readonly Case[] = [SPACE, NOTE, '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'].map(
  (uuid) => ({
    id: uuid,
    wire: protocol.wireIdOf(uuid),
  }),
)

const canonicalCases: readonly Case[] = (
  [
    ['members-in-the-order-of-utf-16', '{"\\ud83d\\ude00":1,"b":2,"\\ufb33":3,"a":4,"10":5,"9":6,"":7}'],
    ['no-space', ' { "a" : [ 1 , null , true , false ] } '],
    ['minus-zero', '-0'],
    ['whole-numbers', '[0, 1.0, 100, 1e3, 9007199254740991]'],
    ['large-numbers', '[1e20, 1e21, 123456789012345680000, 1.7976931348623157e308]'],
    ['small-numbers', '[0.1, 1e-6, 1e-7, 5e-324, 0.30000000000000004]'],
    ['escapes', '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\\\/\\u007f\\u20ac\\ud83d\\ude00"'],
    ['nesting', '{"b":{"d":[],"c":{}},"a":[[{"z":1,"y":2}]]}'],
  ] as const
).map(([id, json]) => ({ id, json, canonical: canonicalJson(JSON.parse(json) as Json) }))

// ---- other spellings, and what is refused ----

const A22 = 'AAAAAAAAAAAAAAAAAAAAAA'
const WIRE_SPACE = protocol.wireIdOf(SPACE)
const WIRE_NOTE = protocol.wireIdOf(NOTE)
const pushWire = (...changes: readonly unknown[]): readonly unknown[] => [
  1,
  EPOCH,
  TABLET,
  WIRE_SPACE,
  [3, SCHEMA.fingerprint],
  0,
  A22,
  changes,
]
const changeWire = (...records: readonly unknown[]): readonly unknown[] => ['CreateTheNote1', 1024, records]

const spelled = (id: string, kind: string, spelling: unknown, of: readonly Case[], same: string): Case => ({
  id,
  kind,
  wire: spelling,
  message: of.find((one) => one.id === same)?.['message'],
})
const withMore = (of: readonly Case[], id: string, ...more: readonly unknown[]): readonly unknown[] => [
  ...((of.find((one) => one.id === id)?.['wire'] ?? []) as readonly unknown[]),
  ...more,
]

const acceptedCases: readonly Case[] = [
  spelled('defaults-written', 'PullRequest', withMore(pullCases, 'pull-first', [], 0), pullCases, 'pull-first'),
  spelled(
    'a-member-of-the-future',
    'PullRequest',
    withMore(pullCases, 'pull-first', [], 0, { from: 'the future' }, 7),
    pullCases,
    'pull-first',
  ),
  spelled('a-hello-of-the-future', 'HelloRequest', withMore(helloCases, 'hello-request', ['segments']), helloCases, 'hello-request'),
  spelled('no-heads-written', 'PollAnswer', withMore(pollCases, 'poll-answer-silence', []), pollCases, 'poll-answer-silence'),
]

const refusedCases: readonly Case[] = (
  [
    ['no-list', 'PushRequest', {}, 'message.malformed', ''],
    ['another-protocol', 'HelloRequest', [2, TABLET, [3, SCHEMA.fingerprint]], 'protocol.unsupported', '0'],
    ['too-few-members', 'PushRequest', [1, EPOCH], 'message.malformed', '3'],
    ['a-space-with-hyphens', 'PullRequest', [1, EPOCH, TABLET, SPACE, [3, SCHEMA.fingerprint], null, 1000], 'message.malformed', '3'],
    [
      'a-second-spelling-of-a-space',
      'PullRequest',
      [1, EPOCH, TABLET, `${WIRE_SPACE.slice(0, 21)}B`, [3, SCHEMA.fingerprint], null, 1000],
      'message.malformed',
      '3',
    ],
    ['a-short-intent', 'PushRequest', pushWire(['Short', 1024, []]), 'message.malformed', '7/0/0'],
    ['a-stamp-before-1970', 'PushRequest', pushWire(['CreateTheNote1', -1, []]), 'stamp.malformed', '7/0/1'],
    ['a-stamp-after-2199', 'PushRequest', pushWire(['CreateTheNote1', 7_432_313_241_600_000, []]), 'stamp.malformed', '7/0/1'],
    ['half-a-stamp', 'PushRequest', pushWire(['CreateTheNote1', 0.5, []]), 'stamp.malformed', '7/0/1'],
    ['a-shape-not-said', 'PushRequest', pushWire(changeWire([1, WIRE_NOTE])), 'message.malformed', '7/0/2/0/0'],
    [
      'shapes-count-from-one',
      'PushRequest',
      pushWire(changeWire([['notes', 0], WIRE_NOTE], [0, WIRE_NOTE])),
      'message.malformed',
      '7/0/2/1/0',
    ],
    ['a-record-not-said', 'PushRequest', pushWire(changeWire([['notes', 0], 1])), 'message.malformed', '7/0/2/0/1'],
    ['a-name-not-said', 'PushRequest', pushWire(changeWire([['notes', 1], WIRE_NOTE, 1])), 'message.malformed', '7/0/2/0/2'],
    [
      'an-unknown-form',
      'PushRequest',
      pushWire(changeWire([['notes', 0, 'title', 8], WIRE_NOTE, 'x'])),
      'message.malformed',
      '7/0/2/0/0/3',
    ],
    ['a-value-left-out', 'PushRequest', pushWire(changeWire([['notes', 0, 'title', 0], WIRE_NOTE])), 'message.malformed', '7/0/2/0/2'],
    [
      'a-field-behind-the-objects',
      'PushRequest',
      pushWire(changeWire([['notes', 0, '__proto__', 0], WIRE_NOTE, 1])),
      'message.malformed',
      '7/0/2/0/0/2',
    ],
    [
      'an-increment-by-a-half',
      'PushRequest',
      pushWire(changeWire([['notes', 0, 'visits', 6], WIRE_NOTE, 0.5])),
      'message.malformed',
      '7/0/2/0/2',
    ],
    ['a-negative-head', 'PollRequest', [1, TABLET, [[WIRE_SPACE, -1]], 0], 'message.malformed', '2/0/1'],
    ['a-frame-of-no-kind', 'LiveFrame', [9], 'message.malformed', '0'],
    ['a-request-for-no-path', 'LiveFrame', [0, 'r1', 'drop', []], 'message.malformed', '2'],
    ['a-page-of-no-kind', 'Page', [EPOCH, PHONE, WIRE_SPACE, 0, 0, 0, null, 'c', 0, [], 2, []], 'message.malformed', '10'],
    ['half-a-change-sent', 'Page', [EPOCH, PHONE, WIRE_SPACE, 0, 0, 0, null, 'c', 0, [], 1, [], 0, 0, 0.5], 'message.malformed', '14'],
    ['half-a-horizon-of-the-log', 'Page', [EPOCH, PHONE, WIRE_SPACE, 0, 0, 0, null, 'c', 0, [], 0, [], 0.5], 'message.malformed', '12'],
    ['no-horizon-of-records', 'Page', [EPOCH, PHONE, WIRE_SPACE, 0, 0, 0, null, 'c', 0, [], 1, [], 0, 0, 0, -1], 'message.malformed', '15'],
    ['less-than-nothing-sent', 'Page', [EPOCH, PHONE, WIRE_SPACE, 0, 0, 0, null, 'c', 0, [], 1, [], 0, 0, -1], 'message.malformed', '14'],
    ['half-a-bound', 'DigestRequest', [1, EPOCH, PHONE, WIRE_SPACE, [3, SCHEMA.fingerprint], 45, 'AZPk0o'], 'message.malformed', '6'],
    [
      'parts-out-of-order',
      'DigestAnswer',
      [
        EPOCH,
        PHONE,
        WIRE_SPACE,
        0,
        45,
        [
          [protocol.wireIdOf(OTHER), 1, SCHEMA.fingerprint],
          [WIRE_NOTE, 1, SCHEMA.fingerprint],
        ],
      ],
      'message.malformed',
      '5',
    ],
    ['a-range-without-its-size', 'RangeRequest', [1, EPOCH, PHONE, WIRE_SPACE, [3, SCHEMA.fingerprint], 45], 'message.malformed', '8'],
    ['a-problem-of-no-class', 'Problem', { status: 500, code: 'hub.fault', class: 'bad luck' }, 'message.malformed', 'class'],
  ] as const
).map(([id, kind, refused, code, path]) => ({ id, kind, wire: refused, code, path }))

/** By file in conformance/protocol. */
export const PROTOCOL_CASES: Readonly<Record<string, readonly Case[]>> = {
  'canonical-json': canonicalCases,
  ids: idCases,
  content: contentCases,
  chain: chainCases,
  hello: helloCases,
  push: [...pushCases, ...answerCases],
  pull: [...pullCases, ...pageCases],
  poll: pollCases,
  digest: digestCases,
  fingerprints: fingerprintCases,
  live: liveCases,
  problem: problemCases,
  accepted: acceptedCases,
  refused: refusedCases,
}
