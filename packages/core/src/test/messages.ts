/** Messages of every kind, for properties: few names, records and authors, so that they meet again and again. */
import fc from 'fast-check'
import { STANDINGS } from '../access/role.ts'
import { canonicalJson, type Json } from '../canonical.ts'
import type { ConflictId, Content, FieldOperation, Receipt, RecordOperations } from '../change.ts'
import { DIGEST_PARTS } from '../digest/search.ts'
import {
  type ChainHash,
  type ContentHash,
  type Intent,
  intentOfName,
  type Name,
  nameOf,
  type RecordId,
  type ReplicaId,
  type SpaceId,
} from '../ids.ts'
import type { FieldState, RecordState, SetState } from '../merge/record.ts'
import type { Entry, Register } from '../merge/register.ts'
import type {
  DigestAnswer,
  DigestRequest,
  HelloAnswer,
  HelloRequest,
  LogEntry,
  Page,
  PollAnswer,
  PollRequest,
  PullRequest,
  PushAnswer,
  PushRequest,
  RangeAnswer,
  RangeRequest,
  Verdict,
} from '../protocol/messages.ts'
import { STAMP_MAX, type Stamp } from '../stamp.ts'

const BASE64URL = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const base64url = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: length, maxLength: length })
const count = fc.maxSafeNat()
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 4 })
/** As the parser gives it back: JSON has no −0. */
export const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)

const space = fc.uuid() as fc.Arbitrary<SpaceId>
const replica = base64url(22) as fc.Arbitrary<ReplicaId>
const hash128 = base64url(22)
const intent = base64url(14) as fc.Arbitrary<Intent>
const stamp = fc.integer({ min: 0, max: STAMP_MAX }) as fc.Arbitrary<Stamp>
const epoch = fc.string({ minLength: 1, maxLength: 24 })
const schema = fc.record({ version: fc.integer({ min: 1, max: 1e6 }), fingerprint: hash128 })
const cursor = fc.option(fc.string({ minLength: 1, maxLength: 60 }), { nil: null })
const account = fc.constantFrom('ana@example.org', 'bo', 'Ćirić')
const collection = fc.constantFrom('notes', 'visits', '$space')
const fieldName = fc.constantFrom('title', 'body', 'tags', 'place')

/** What one message speaks of. */
interface World {
  readonly names: readonly Name[]
  readonly records: readonly RecordId[]
}
const world: fc.Arbitrary<World> = fc.record({
  names: fc.uniqueArray(hash128 as fc.Arbitrary<Name>, { minLength: 5, maxLength: 5 }),
  records: fc.uniqueArray(fc.uuid() as fc.Arbitrary<RecordId>, { minLength: 3, maxLength: 3 }),
})

const namesOf = ({ names }: World): fc.Arbitrary<readonly Name[]> => fc.subarray([...names], { maxLength: 3 })
const update = fc.base64String({ maxLength: 24 })

function operation(known: World): fc.Arbitrary<FieldOperation> {
  const field = fieldName
  const conflict = hash128 as fc.Arbitrary<ConflictId>
  const set = fc.record(
    { kind: fc.constant('set' as const), field, value: json, over: namesOf(known), resolves: conflict },
    { requiredKeys: ['kind', 'field', 'value', 'over'] },
  )
  const element = fc.record({ kind: fc.constantFrom('addTo' as const, 'removeFrom' as const), field, element: json, over: namesOf(known) })
  const increment = fc.record({ kind: fc.constant('increment' as const), field, by: fc.maxSafeInteger().map((by) => by + 0) })
  const edit = fc.record({ kind: fc.constant('edit' as const), field, of: fc.constantFrom(...known.names), update })
  return fc.oneof(set, element, increment, edit)
}

const recordOperations = (known: World): fc.Arbitrary<RecordOperations> =>
  fc.record({
    collection,
    record: fc.constantFrom(...known.records),
    life: fc.constantFrom('alive' as const, 'deleted' as const),
    lifeOver: namesOf(known),
    fields: few(operation(known)),
  })

const content = (known: World, ofSpace: SpaceId, ofIntent: fc.Arbitrary<Intent> = intent): fc.Arbitrary<Content> =>
  fc.record({
    intent: ofIntent,
    stamp,
    space: fc.constant(ofSpace),
    schemaVersion: fc.integer({ min: 1, max: 9 }),
    label: fc.option(fc.string({ maxLength: 20 }), { nil: null }),
    operations: few(recordOperations(known)),
  })

const receipt: fc.Arbitrary<Receipt> = fc.record(
  { effectiveStamp: stamp, hubStamp: stamp, mac: hash128, unverified: fc.constant(true as const) },
  { requiredKeys: ['effectiveStamp', 'hubStamp', 'mac'] },
)

export const pushRequest: fc.Arbitrary<PushRequest> = fc.tuple(world, space).chain(([known, ofSpace]) => {
  const base = fc.record({ n: fc.nat(1e6), hash: hash128 as fc.Arbitrary<ChainHash> })
  const change = fc.record({
    /** How many are missing before it; n follows from it. */
    n: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(5)),
    attempt: fc.oneof(fc.constant(0), fc.nat(9)),
    park: fc.boolean(),
    content: content(known, ofSpace),
    receipt: fc.option(receipt, { nil: null }),
  })
  const request = fc.record({
    epoch: fc.option(epoch, { nil: null }),
    replica,
    space: fc.constant(ofSpace),
    create: fc.boolean(),
    schema,
    cursor,
    base,
    changes: few(change),
    join: fc.option(hash128, { nil: undefined }),
  })
  return request
    .map(({ join, ...rest }) => (join === undefined ? rest : { ...rest, join }))
    .map((made) => ({ ...made, changes: numbered(made.base.n, made.changes) }))
})

function numbered<T extends { readonly n: number }>(base: number, changes: readonly T[]): readonly T[] {
  let n = base
  return changes.map((change) => ({ ...change, n: (n += 1 + change.n) }))
}

export const verdict: fc.Arbitrary<Verdict> = fc
  .tuple(
    fc.record({ intent, contentHash: hash128 as fc.Arbitrary<ContentHash>, attempt: fc.nat(3) }),
    fc.option(fc.record({ replica, n: fc.integer({ min: 1, max: 99 }) }), { nil: null }),
    fc.oneof(
      fc.record({ type: fc.constant('applied' as const), version: count, receipt }),
      fc.record(
        { type: fc.constant('rejected' as const), code: fc.string(), message: fc.string(), field: fieldName },
        { requiredKeys: ['type', 'code', 'message'] },
      ),
    ),
  )
  .map(([{ intent: ofIntent, ...subject }, duplicateOf, outcome]) => ({
    name: nameOf(ofIntent, subject.contentHash),
    ...subject,
    ...(duplicateOf === null ? {} : { duplicateOf }),
    ...outcome,
  }))

const standings = few(fc.record({ space, head: count, durableThrough: count, role: fc.constantFrom(...STANDINGS) }))
const heads = few(fc.record({ space, head: count }))
const answerHead = { epoch, replica, space, hubTimeMs: count, head: count, durableThrough: count }

export const pushAnswer: fc.Arbitrary<PushAnswer> = fc.record({ ...answerHead, account, verdicts: few(verdict), cursor })
export const helloRequest: fc.Arbitrary<HelloRequest> = fc.record({ replica, schema })
export const helloAnswer: fc.Arbitrary<HelloAnswer> = fc.record({ epoch, hubTimeMs: count, account, schema, spaces: standings })
export const pollRequest: fc.Arbitrary<PollRequest> = fc.record({ replica, heads, waitMs: count })
export const pollAnswer: fc.Arbitrary<PollAnswer> = fc.record({ epoch, replica, hubTimeMs: count, heads })
export const pullRequest: fc.Arbitrary<PullRequest> = fc.record(
  {
    epoch: fc.option(epoch, { nil: null }),
    replica,
    space,
    schema,
    cursor,
    waiting: few(intent),
    bytesMax: count,
    accept: fc.constant('records' as const),
  },
  { requiredKeys: ['epoch', 'replica', 'space', 'schema', 'cursor', 'waiting', 'bytesMax'] },
)

// ---- pages ----

const logEntry = (known: World, ofSpace: SpaceId): fc.Arbitrary<LogEntry> =>
  fc.constantFrom(...known.names).chain((name) =>
    fc.record({
      /** How many are missing before it. */
      version: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(5)),
      name: fc.constant(name),
      content: fc.option(content(known, ofSpace, fc.constant(intentOfName(name))), { nil: null }),
      by: account,
      effectiveStamp: stamp,
      hubStamp: stamp,
      unverified: fc.boolean(),
      awaits: namesOf(known),
    }),
  )

export const logEntries = (ofSpace: SpaceId): fc.Arbitrary<readonly LogEntry[]> =>
  world.chain((known) => few(logEntry(known, ofSpace)).map((entries) => versioned(entries)))

function versioned(entries: readonly LogEntry[]): readonly LogEntry[] {
  let version = 0
  return entries.map((entry) => ({ ...entry, version: (version += 1 + entry.version) }))
}

const optional = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.option(value, { nil: null }).map((made) => (made === null ? {} : { [key]: made }))

const entry = (known: World, value: fc.Arbitrary<Json>): fc.Arbitrary<Entry> =>
  fc
    .tuple(
      fc.record({ name: fc.constantFrom(...known.names), value, stamp, hubStamp: stamp, by: account, over: namesOf(known) }),
      optional('resolves', hash128),
      optional('document', update),
      optional('unverified', fc.constant(true)),
    )
    .map(([plain, ...more]) => Object.assign(plain, ...more) as Entry)

const register = (known: World, value: fc.Arbitrary<Json>, version: number): fc.Arbitrary<Register> =>
  fc
    .tuple(
      fc.record({
        kind: fc.constant('register' as const),
        entries: few(entry(known, value)),
        awaited: namesOf(known),
        version: fc.nat(version),
      }),
      optional(
        'waiting',
        fc.array(fc.record({ name: fc.constantFrom(...known.names), of: fc.constantFrom(...known.names), update }), {
          minLength: 1,
          maxLength: 2,
        }),
      ),
    )
    .map(([plain, waiting]) => Object.assign(plain, waiting))

/** The tags of an element hold the element, and nothing that only fields have. */
const tags = (known: World, element: Json, version: number): fc.Arbitrary<Register> =>
  register(known, fc.constant(element), version).map(({ entries, awaited, version: seen }) => ({
    kind: 'register',
    entries: entries.map(({ name, stamp: at, hubStamp, by, over }) => ({ name, value: element, stamp: at, hubStamp, by, over })),
    awaited,
    version: seen,
  }))

const setState = (known: World, version: number): fc.Arbitrary<SetState> =>
  few(json)
    .chain((elements) =>
      fc.tuple(...elements.map((element) => tags(known, element, version).map((made) => [canonicalJson(element), made] as const))),
    )
    .map((elements) => ({ kind: 'set', elements: Object.fromEntries(elements), version }))

const fieldState = (known: World, version: number): fc.Arbitrary<FieldState> =>
  fc.oneof(
    register(known, json, version),
    setState(known, version),
    fc.record({ kind: fc.constant('counter' as const), sum: fc.maxSafeInteger().map((sum) => sum + 0), version: fc.nat(version) }),
  )

const recordState = (known: World): fc.Arbitrary<RecordState> =>
  fc.nat(1e6).chain((version) =>
    fc.record({
      version: fc.constant(version),
      life: register(known, fc.constantFrom('alive', 'deleted'), version),
      fields: fc.dictionary(fieldName, fieldState(known, version), { maxKeys: 3, noNullPrototype: true }),
    }),
  )

export const page: fc.Arbitrary<Page> = fc.tuple(world, space).chain(([known, ofSpace]) => {
  const part = fc.record({ collection, id: fc.constantFrom(...known.records), record: fc.option(recordState(known), { nil: null }) })
  const body = fc.oneof(
    fc.record({ type: fc.constant('log' as const), entries: logEntries(ofSpace) }),
    fc.record(
      {
        type: fc.constant('records' as const),
        whole: fc.boolean(),
        records: few(part),
        newerSchema: fc.integer({ min: 1, max: 1e6 }),
        sentThrough: count,
      },
      { requiredKeys: ['type', 'whole', 'records', 'sentThrough'] },
    ),
  )
  const always = fc.record({
    ...answerHead,
    space: fc.constant(ofSpace),
    from: cursor,
    cursor: fc.string(),
    more: fc.boolean(),
    verdicts: few(verdict),
    body,
  })
  const sometimes = fc.record({ horizon: fc.integer({ min: 1, max: 1e6 }) }, { requiredKeys: [] })
  return fc.tuple(always, sometimes).map(([members, more]) => ({ ...members, ...more }))
})

// ---- digests and ranges ----

const recordId = fc.uuid({ version: 7 }) as fc.Arbitrary<RecordId>
const bound = fc.option(recordId, { nil: null })
const asked = {
  epoch: fc.option(epoch, { nil: null }),
  replica,
  space,
  schema,
  version: count,
  range: fc.record({ from: bound, to: bound }),
}
const comparedHead = { epoch, replica, space, hubTimeMs: count, head: count }

export const digestRequest: fc.Arbitrary<DigestRequest> = fc.record(asked)
export const rangeRequest: fc.Arbitrary<RangeRequest> = fc.record({ ...asked, bytesMax: count, alarm: fc.boolean() })
const digested = fc.record({ count, digest: hash128 })
const digestParts = fc
  .tuple(fc.boolean(), fc.uniqueArray(recordId, { minLength: 1, maxLength: DIGEST_PARTS }), digested)
  .map(([isUnbounded, ids, each]) => ids.toSorted().map((from, index) => ({ ...each, from: isUnbounded && index === 0 ? null : from })))
export const digestAnswer: fc.Arbitrary<DigestAnswer> = fc.record({ ...comparedHead, parts: fc.option(digestParts, { nil: null }) })
export const rangeAnswer: fc.Arbitrary<RangeAnswer> = world.chain((known) => {
  const part = fc.record({ collection, id: fc.constantFrom(...known.records), record: recordState(known) })
  return fc.record({ ...comparedHead, records: fc.option(few(part), { nil: null }), to: bound })
})
