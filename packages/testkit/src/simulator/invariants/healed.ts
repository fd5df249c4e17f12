/**
 * What must hold once nothing goes wrong any more and everyone has met the hub.
 *
 * H-TRUTH what says applied was applied, what says failed was refused · H-DRAIN nothing waits · H-CONV everyone of an account shows what the reference says, and the hub holds it · H-GHOST nothing deleted is
 * there, nothing else is missing · H-CONF conflicts are those that the rules say · H-METRIC the counters tell the truth
 */
import { canonicalJson, type Intent, type Json, type RecordId, type RecordState, SPACE_COLLECTION, type SpaceId } from '@tombolo/core'
import type { RecordRow } from '@tombolo/hub'
import { Broken, holds } from '../broken.ts'
import type { Device } from '../device/device.ts'
import { type Shown, shownOf } from '../reference/shown.ts'
import { type Place, type Standing, standingOf } from '../reference/standing.ts'
import { type Written, writesOf } from '../reference/writes.ts'
import type { World } from '../world.ts'
import { nothingComesBack } from './seen.ts'

interface Referred {
  readonly written: Written
  readonly standing: Standing
  readonly shown: Shown
}

export type Reference = ReadonlyMap<string, Referred>

/** The reference of a space, from the log alone. */
export function referenceOf(world: World, space: SpaceId): Reference {
  const ledger = world.hub.ledger.spaces.get(space)
  const schema = world.app.device[2]
  const records = ledger === undefined ? [] : [...writesOf(space, ledger, schema)]
  return new Map(
    records.map(([key, written]) => {
      const standing = standingOf(written.arrivals)
      const definition = schema.collections[written.collection]
      holds(definition !== undefined, 'I-SCHEMA', () => `there is no collection ${written.collection}`)
      return [key, { written, standing, shown: shownOf(definition, standing) }]
    }),
  )
}

export async function isConverged(world: World): Promise<void> {
  const owed = [...world.truth.owed()]
  for (const account of new Set(world.devices.map(({ plan }) => plan.account))) {
    for (const space of world.spacesOf(account)) {
      const reference = referenceOf(world, space)
      await hubHolds(world, space, reference)
      for (const [key, { standing }] of reference) nothingComesBack(world, space, key, standing)
      world.counted.isRight(reference.values(), owed)
      for (const device of world.devices.filter(({ plan }) => plan.account === account)) await deviceShows(device, space, reference)
    }
  }
}

export function isDrained(world: World): void {
  for (const device of world.devices) {
    const open = device.changesWhere("status <> 'applied'")
    holds(
      open.length === 0,
      'H-DRAIN',
      () => `${device.name} still has ${open.map(({ intent, status }) => `${intent} ${status}`).join(', ')}`,
    )
  }
}

/** What a device calls failed was refused, and what it calls applied was applied: whatever copies of it did. */
export function verdictsAreTrue(world: World): void {
  for (const device of world.devices) {
    const judged = device.disk
      .query("SELECT space, intent, content_hash, status FROM _change WHERE status IN ('applied', 'failed')")
      .values()
    for (const [space, intent, contentHash, status] of judged) {
      const verdict = world.hub.ledger.spaces.get(space as SpaceId)?.verdicts.get(intent as Intent)
      const isApplied = verdict?.outcome.type === 'applied' && verdict.contentHash === contentHash
      const says = (): string =>
        `${device.name} calls ${String(intent)} ${String(status)}, which the hub has ${isApplied ? '' : 'not '}applied`
      holds(isApplied === (status === 'applied'), 'H-TRUTH', says)
    }
  }
}

/** The status of each device says what is there. */
export async function metricsAreTrue(world: World): Promise<void> {
  for (const device of world.devices) {
    const { port } = open(device)
    const conflicts = await port.read({ type: 'conflicts', space: null })
    const records = new Set(conflicts.type === 'conflicts' ? conflicts.items.map(({ record }) => record) : [])
    const status = await new Promise<{ toSend: number; needsAttention: number; toReview: number }>((resolve) => {
      const stop = port.status((now) => {
        resolve(now)
        queueMicrotask(() => stop())
      })
    })
    const { toSend, needsAttention, toReview } = status
    holds(toSend === 0 && needsAttention === 0, 'H-METRIC', () => `${device.name} says ${toSend} to send and ${needsAttention} to mend`)
    holds(toReview === records.size, 'H-METRIC', () => `${device.name} says ${toReview} to review of ${records.size}`)
  }
}

// ── the hub ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

async function hubHolds(world: World, space: SpaceId, reference: Reference): Promise<void> {
  const rows = await recordsOfHub(world, space)
  for (const [key, { standing, shown }] of reference) {
    const row = rows.get(key)
    // What was deleted long ago is forgotten.
    if (row === undefined && shown.isDeleted && world.hub.forgets) continue
    holds(row !== undefined, 'H-GHOST', () => `the hub has lost ${key} of ${space}`)
    expectSame('H-CONV', `the hub's ${key}`, heldBy(row.state), standsIn(standing))
  }
  const ghosts = [...rows.keys()].filter((key) => !reference.has(key))
  holds(ghosts.length === 0, 'H-GHOST', () => `the hub has what nobody wrote: ${ghosts.join(', ')}`)
}

/** All that the hub holds of a space, by collection and id. */
export async function recordsOfHub(world: World, space: SpaceId): Promise<ReadonlyMap<string, RecordRow>> {
  const position = { version: 0, last: null }
  const snapshot = await world.hub.storage.read({
    space,
    intents: [],
    tagsOf: [],
    headByMs: 0,
    choose: () => ({ type: 'records', position, bytesMax: Number.MAX_SAFE_INTEGER }),
  } as never)
  const records = snapshot?.body.type === 'records' ? snapshot.body.records : []
  return new Map(records.map((row) => [`${row.collection}/${row.id}`, row]))
}

const entryText = ({ name, value, resolves }: { readonly name: string; readonly value: Json; readonly resolves?: unknown }): string =>
  `${name} ${canonicalJson(value)}${typeof resolves === 'string' ? ` resolves ${resolves}` : ''}`

type PlaceText = readonly [entries: readonly string[], awaited: readonly string[], waiting: readonly string[]]

const placeText = ({ entries, awaited, waiting }: Place): PlaceText => [
  entries.map(entryText).sort(),
  [...awaited].sort(),
  [...waiting].sort(),
]

type Register = Extract<RecordState['fields'][string], { kind: 'register' }>
const registerText = ({ entries, awaited, waiting }: Register): PlaceText => [
  entries.map(entryText).sort(),
  [...awaited].sort(),
  (waiting ?? []).map(({ name }) => name).sort(),
]

const isThere = (text: PlaceText): boolean => text.some((part) => part.length > 0)

/** What stands, as text: fields and elements with nothing in them left out. */
function standsIn({ life, registers, sets, counters }: Standing): Json {
  const places = [
    ['$life', placeText(life)] as const,
    ...[...registers].map(([field, place]) => [field, placeText(place)] as const),
    ...[...sets].flatMap(([field, elements]) => [...elements].map(([key, place]) => [`${field} ${key}`, placeText(place)] as const)),
  ]
  return { ...Object.fromEntries(places.filter(([, text]) => isThere(text))), ...Object.fromEntries(counters) }
}

function heldBy({ life, fields }: RecordState): Json {
  const places = [['$life', registerText(life)] as const, ...Object.entries(fields).flatMap(([field, state]) => placesOf(field, state))]
  const counters = Object.entries(fields).flatMap(([field, state]) => (state.kind === 'counter' ? [[field, state.sum] as const] : []))
  return { ...Object.fromEntries(places.filter(([, text]) => isThere(text))), ...Object.fromEntries(counters) }
}

function placesOf(field: string, state: RecordState['fields'][string]): (readonly [string, PlaceText])[] {
  if (state.kind === 'counter') return []
  if (state.kind === 'register') return [[field, registerText(state)]]
  return Object.entries(state.elements).map(([key, tags]) => [`${field} ${key}`, registerText(tags)] as const)
}

// ── devices ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const open = (device: Device): NonNullable<Device['opened']> => {
  if (device.opened === null) throw new Broken('H-DRAIN', `${device.name} is not open`)
  return device.opened
}

async function deviceShows(device: Device, space: SpaceId, reference: Reference): Promise<void> {
  for (const collection of Object.keys(device.world.app.device[2].collections).filter((name) => name !== SPACE_COLLECTION)) {
    const rows = await rowsOf(device, collection, space)
    const expected = [...reference.values()].filter(({ written, shown }) => written.collection === collection && !shown.isDeleted)
    for (const { written, shown } of expected) {
      const row = rows.get(written.id)
      holds(row !== undefined, 'H-GHOST', () => `${device.name} lacks ${collection} ${written.id}`)
      const { conflicts, state, values } = row
      expectSame('H-CONV', `${device.name}'s ${collection} ${written.id}`, values, shown.values)
      expectSame('H-CONF', `${device.name}'s conflicts of ${collection} ${written.id}`, [...conflicts].sort(), shown.conflicts)
      const expectedState = shown.conflicts.length > 0 ? 'conflicted' : 'synced'
      holds(state === expectedState, 'I-STATE', () => `${device.name}: ${collection} ${written.id} says ${state} and is ${expectedState}`)
    }
    const ids = new Set(expected.map(({ written }) => written.id))
    const ghosts = [...rows.keys()].filter((id) => !ids.has(id))
    holds(ghosts.length === 0, 'H-GHOST', () => `${device.name} shows ${collection} that are not there: ${ghosts.join(', ')}`)
  }
}

interface RowOnDevice {
  readonly values: Readonly<Record<string, Json>>
  readonly conflicts: readonly string[]
  readonly state: string
}

async function rowsOf(device: Device, collection: string, space: SpaceId): Promise<ReadonlyMap<RecordId, RowOnDevice>> {
  const query = { collection, space, where: [], orderBy: [], limit: null, offset: 0, search: null }
  const answer = await open(device).port.read({ type: 'query', query })
  const rows = answer.type === 'rows' ? answer.rows : []
  return new Map(
    rows.map(({ id, space: _space, $state, $conflicts, ...rest }) => [
      id,
      {
        values: Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('$'))) as Record<string, Json>,
        conflicts: $conflicts,
        state: $state,
      },
    ]),
  )
}

function expectSame(invariant: string, what: string, actual: unknown, expected: unknown): void {
  const [found, wanted] = [canonicalJson(actual as Json), canonicalJson(expected as Json)]
  if (found === wanted) return
  const names = [...new Set([...Object.keys(actual as object), ...Object.keys(expected as object)])]
  const differing = names.flatMap((name) => {
    const [a, b] = [(actual as Record<string, Json>)[name], (expected as Record<string, Json>)[name]]
    return canonicalJson(a ?? null) === canonicalJson(b ?? null) ? [] : [`${name}: ${JSON.stringify(a)} should be ${JSON.stringify(b)}`]
  })
  throw new Broken(invariant, `${what}: ${differing.join('; ')}`)
}
