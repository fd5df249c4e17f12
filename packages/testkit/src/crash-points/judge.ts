/**
 * What must hold when nothing goes wrong any more and everyone has met the hub:
 *
 *   told 'saved'    it is there, once               every device, a new one, and the hub have the same records
 *   told 'refused'  nothing of it is there          no outbox waits; what failed is there with its reason
 *   told nothing    it is there whole, or not       what a screen says of states and counts is so, also after a restart
 */
import { type RecordId, SPACE_COLLECTION, type SpaceId } from '@tombolo/core'
import { canonicalRecord } from '../../../core/src/merge/canonical-record.ts'
import type { ConflictItem, OutboxItem, SpaceItem, StoreStatus } from '../../../client/src/engine/port.ts'
import type { StoredRow } from '../../../client/src/page/types.ts'
import type { App } from './app.ts'
import type { Device } from './device.ts'
import type { Deed, Trace } from './journal.ts'
import type { World } from './world.ts'

type Note = StoredRow<App, 'notes'>
/** Deleted ones as well. */
type Notes = ReadonlyMap<RecordId, Note>

/** What a device shows in the end. */
export interface View {
  readonly device: string
  readonly account: string | null
  readonly notes: readonly Note[]
  readonly deleted: readonly Note[]
  readonly spaces: readonly SpaceItem[]
  /** Deleted ones as well. */
  readonly spaceIds: readonly SpaceId[]
  readonly outbox: readonly OutboxItem[]
  readonly conflicts: readonly ConflictItem[]
  /** What its screens show, by name; the store keeps it up to date. */
  readonly shown: Readonly<Record<string, unknown>>
  /** The confirmed records, as canonical text. */
  readonly confirmed: ReadonlyMap<string, string>
}

export interface Final {
  readonly views: readonly View[]
  readonly deeds: readonly Deed[]
  /** What the hub says of each saved change. */
  readonly verdicts: ReadonlyMap<string, string>
  /** The hub's records, by space. */
  readonly hub: ReadonlyMap<SpaceId, ReadonlyMap<string, string>>
}

export async function viewOf(device: Device): Promise<View> {
  const view = await device.ask(async (store) => ({
    notes: await store.db.notes.orderBy('id').all(),
    deleted: await store.db.notes.deleted().orderBy('id').all(),
    spaces: inOrder(await store.spaces()),
    outbox: await store.outbox.all(),
    conflicts: await store.conflicts.all(),
  }))
  const process = device.process
  if (view === undefined || process === null) throw new Error(`${device.name} cannot be read`)
  const { store } = process.engine
  const spaceIds = store.state.spaces.all().map(({ id }) => id)
  return { device: device.name, account: device.account, ...view, spaceIds, shown: shownBy(process), confirmed: confirmedBy(store) }
}

const shownBy = ({ shown }: NonNullable<Device['process']>): View['shown'] =>
  Object.fromEntries(Object.entries(shown).map(([name, get]) => [name, get()]))

function confirmedBy({ state }: NonNullable<Device['process']>['engine']['store']): ReadonlyMap<string, string> {
  const confirmed = new Map<string, string>()
  for (const collection of Object.values(state.schema.collections)) {
    for (const row of state.database.prepare(`SELECT id FROM "${collection.name}" ORDER BY id`).all()) {
      const record = state.records.load(collection, row['id'] as RecordId)?.confirmed
      if (record !== undefined) confirmed.set(`${collection.name} ${String(row['id'])}`, canonicalRecord(record))
    }
  }
  return confirmed
}

/** What the hub has of what devices know. */
export async function hubOf(world: World, views: readonly View[]): Promise<Pick<Final, 'hub' | 'verdicts'>> {
  const { storage } = await world.hub()
  const hub = new Map<SpaceId, Map<string, string>>()
  const verdicts = new Map<string, string>()
  const spaces = new Set<SpaceId>(views.flatMap(({ spaceIds }) => spaceIds))
  const keys = new Set(views.flatMap(({ confirmed }) => [...confirmed.keys()]))
  await storage?.transact(
    () => [],
    (found) => {
      for (const space of spaces) {
        const records = new Map<string, string>()
        hub.set(space, records)
        for (const key of keys) {
          const [collection = '', id = ''] = key.split(' ')
          if (collection === SPACE_COLLECTION && id !== (space as string)) continue
          const record = found.record(space, collection, id as RecordId)
          if (record !== null) records.set(key, canonicalRecord(record))
        }
        for (const { intent } of world.journal.deeds) {
          const outcome = intent === null ? undefined : found.verdict(space, intent)?.outcome
          if (intent !== null && outcome !== undefined) verdicts.set(intent, outcome.type === 'applied' ? 'applied' : outcome.code)
        }
      }
      return { nowMs: world.time.nowMs, claims: [], spaces: [] }
    },
  )
  return { hub, verdicts }
}

/** What does not hold. */
export function judged(final: Final, leaves: readonly string[]): readonly string[] {
  const shown = final.views.flatMap((view) => [...sameRows(view, firstFor(view, final)), ...isTruthful(view)])
  return [...judgedBehindScreens(final, leaves), ...shown]
}

/** What does not hold of what is stored, whatever screens show of it. */
export function judgedBehindScreens(final: Final, leaves: readonly string[]): readonly string[] {
  return [
    ...final.views.flatMap((view) => [
      ...different(view.device, view.confirmed, firstFor(view, final)),
      ...outboxIsDone(view, leaves),
      ...different('the hub', hubFor(view, final), view),
    ]),
    ...deedsAreThere(final),
  ]
}

const firstFor = (view: View, { views }: Final): View => views.find(({ account }) => account === view.account) ?? view

/** What the hub has of the spaces that this device knows. */
function hubFor({ spaceIds }: View, { hub }: Final): ReadonlyMap<string, string> {
  return new Map(spaceIds.flatMap((id) => [...(hub.get(id) ?? [])]))
}

function different(who: string, confirmed: ReadonlyMap<string, string>, { device, confirmed: others }: View): readonly string[] {
  const keys = new Set([...confirmed.keys(), ...others.keys()])
  const unequal = [...keys].filter((key) => confirmed.get(key) !== others.get(key))
  return unequal.map((key) => `${who} and ${device} differ in ${key}:\n    ${confirmed.get(key)}\n    ${others.get(key)}`)
}

function sameRows(view: View, first: View): readonly string[] {
  const shown = (one: View): string =>
    JSON.stringify([...one.notes, ...one.deleted].filter(({ $state }) => $state !== 'failed').map(withoutStanding), null, 1)
  const told = shown(view) === shown(first) || first.outbox.length + view.outbox.length > 0
  return told ? [] : [`${view.device} shows other rows than ${first.device}:\n${shown(view)}\n${shown(first)}`]
}

/** A version is a device's own word. */
const withoutStanding = (row: Note): object => ({ ...row, $version: null })

function outboxIsDone({ device, outbox }: View, leaves: readonly string[]): readonly string[] {
  return outbox
    .filter(({ status, refused }) => status !== 'failed' || !leaves.includes(refused?.code ?? ''))
    .map(({ status, refused, intent }) => `${device} still has ${intent}: ${status} ${refused?.code ?? ''} ${refused?.message ?? ''}`)
}

function isTruthful({ device, notes, outbox, conflicts, spaces, shown }: View): readonly string[] {
  const failed = new Set(outbox.flatMap(({ status, records }) => (status === 'failed' ? records.map(({ id }) => id) : [])))
  const inConflict = new Set(conflicts.map(({ record }) => record))
  const stateOf = (id: RecordId): string => (inConflict.has(id) ? 'conflicted' : failed.has(id) ? 'failed' : 'synced')
  const wrong = notes.filter(({ id, $state }) => $state !== stateOf(id))
  const byTitle = notes.toSorted((a, b) => (titleFor(a) === titleFor(b) ? 0 : titleFor(a) < titleFor(b) ? -1 : 1))
  const { toSend, lanes, needsAttention, toReview } = shown['status'] as StoreStatus
  const truth = {
    notes,
    titles: byTitle.slice(0, 5),
    count: notes.length,
    outbox,
    conflicts,
    spaces: namesOf(spaces),
    status: [0, 0, outbox.filter(({ status }) => status === 'failed').length, inConflict.size],
  }
  const screens = {
    ...shown,
    status: [toSend, lanes.changes, needsAttention, toReview],
    spaces: namesOf(shown['spaces'] as readonly SpaceItem[]),
  }
  return [
    ...wrong.map(({ id, $state }) => `${device} says '${$state}' of ${id}, which is '${stateOf(id)}'`),
    ...Object.entries(truth).flatMap(([name, is]) => {
      const says = JSON.stringify(screens[name as keyof typeof screens])
      return says === JSON.stringify(is)
        ? []
        : [`${device}'s screen of ${name} is not up to date:\n    ${says?.slice(0, 600)}\n    ${JSON.stringify(is).slice(0, 600)}`]
    }),
  ]
}

/** What is left of a record that is gone has no title. */
const titleFor = ({ title }: { readonly title: string | null }): string => title ?? ''

/** How far a space has come is told when it is asked for. */
const namesOf = (spaces: readonly SpaceItem[] = []): readonly string[] => inOrder(spaces).map(({ id, name }) => `${id} ${name}`)

const inOrder = (spaces: readonly SpaceItem[]): readonly SpaceItem[] => spaces.toSorted((a, b) => (a.id < b.id ? -1 : 1))

// ── what people did ──────────────────────────────────────────────────────────────────────────────────────────────────────

function deedsAreThere({ views, deeds, verdicts }: Final): readonly string[] {
  const notes: Notes = new Map(views.flatMap((view) => confirmedNotes(view).map((note) => [note.id, note] as const)))
  // What failed is in its author's outbox, and in no view.
  const failed = new Set<string>(views.flatMap(({ outbox }) => outbox.map(({ intent }) => intent)))
  const fates = deeds.map((deed) => ({ deed, fate: deed.intent !== null && failed.has(deed.intent) ? 'refused' : deed.fate }))
  const lost = fates
    .filter(({ deed, fate }) => fate === 'saved' && deed.intent !== null && verdicts.get(deed.intent) !== 'applied')
    .map(({ deed }) => `the hub has not applied what was saved: ${said(deed)}, ${verdicts.get(deed.intent ?? '') ?? 'no verdict'}`)
  const deleted = new Set(views.flatMap((view) => view.deleted.map(({ id }) => id)))
  return [...lost, ...traces(fates, notes, deleted)]
}

/** What is shown of refused changes alone is no note yet. */
const confirmedNotes = ({ notes, deleted, confirmed }: View): readonly Note[] =>
  [...notes, ...deleted].filter(({ id }) => confirmed.has(`notes ${id}`))

interface Judged {
  readonly deed: Deed
  readonly fate: Deed['fate']
}

function traces(fates: readonly Judged[], notes: Notes, deleted: ReadonlySet<RecordId>): readonly string[] {
  const records = new Set(fates.flatMap(({ deed }) => deed.traces.map(({ record }) => record)))
  return [
    ...fates.flatMap((judgedDeed) =>
      judgedDeed.deed.traces.flatMap((trace) => (isRight(judgedDeed, trace, notes) ? [] : [wrongly(judgedDeed, trace)])),
    ),
    ...fates.flatMap((judgedDeed) => (isWhole(judgedDeed, notes) ? [] : [`a part only is there of ${said(judgedDeed.deed)}`])),
    ...[...records].flatMap((record) => [
      ...visitsOf(record, fates, notes),
      ...titleOf(record, fates, notes),
      ...lifeOf(record, fates, notes, deleted),
    ]),
  ]
}

/** How often the trace is found; null: it cannot be told of one save alone. */
function timesOf(trace: Trace, notes: Notes): number | null {
  const note = notes.get(trace.record)
  switch (trace.type) {
    case 'record':
      return note === undefined ? 0 : 1
    case 'word':
      return note === undefined ? 0 : note.body.split(trace.word).length - 1
    case 'tag':
      return note?.tags.includes(trace.tag) === true ? 1 : 0
    case 'visit':
    case 'title':
    case 'life':
      return null
  }
}

function isRight({ fate }: Judged, trace: Trace, notes: Notes): boolean {
  const times = timesOf(trace, notes)
  if (times === null) return true
  return fate === 'saved' ? times === 1 : fate === 'unknown' ? times <= 1 : times === 0
}

function isWhole({ deed, fate }: Judged, notes: Notes): boolean {
  if (fate !== 'unknown') return true
  const times = new Set(deed.traces.map((trace) => timesOf(trace, notes)).filter((one) => one !== null))
  return times.size <= 1
}

function visitsOf(record: RecordId, fates: readonly Judged[], notes: Notes): readonly string[] {
  const note = notes.get(record)
  if (note === undefined) return []
  const count = (fate: Deed['fate']): number =>
    fates
      .filter((one) => one.fate === fate)
      .reduce((sum, { deed }) => sum + deed.traces.filter((trace) => trace.type === 'visit' && trace.record === record).length, 0)
  const [least, most] = [count('saved'), count('saved') + count('unknown')]
  return note.visits >= least && note.visits <= most ? [] : [`${record} has ${note.visits} visits, which are ${least} to ${most}`]
}

/**
 * What is written over is what one of its authors wrote last: the last that was saved, or one after it that nobody was told of. `valueOf`: what
 * a trace writes, if it does.
 */
function lastsOf(fates: readonly Judged[], valueOf: (trace: Trace) => string | undefined): ReadonlySet<string> {
  const written = fates.flatMap(({ deed, fate }) =>
    deed.traces.flatMap((trace) => {
      const value = valueOf(trace)
      return value === undefined ? [] : [{ fate, device: deed.device, value }]
    }),
  )
  const possible = new Set<string>()
  for (const device of new Set(written.map((one) => one.device))) {
    const own = written.filter((one) => one.device === device)
    const last = own.findLastIndex(({ fate }) => fate === 'saved')
    for (const { fate, value } of own.slice(Math.max(0, last))) if (fate === 'saved' || fate === 'unknown') possible.add(value)
  }
  return possible
}

function titleOf(record: RecordId, fates: readonly Judged[], notes: Notes): readonly string[] {
  const note = notes.get(record)
  const titles = lastsOf(fates, (trace) => (trace.type === 'title' && trace.record === record ? trace.title : undefined))
  if (note === undefined || titles.size === 0 || titles.has(note.title)) return []
  return [`${record} has the title '${note.title}', not one of ${[...titles].join(', ')}`]
}

function lifeOf(record: RecordId, fates: readonly Judged[], notes: Notes, deleted: ReadonlySet<RecordId>): readonly string[] {
  const lives = lastsOf(fates, (trace) => (trace.record === record ? lifeBy(trace) : undefined))
  const isThere = String(notes.has(record) && !deleted.has(record))
  if (!notes.has(record) || lives.has(isThere)) return []
  return [`${record} is ${isThere === 'true' ? '' : 'not '}there`]
}

/** Whoever writes to a note says that it is there. */
const lifeBy = (trace: Trace): string => (trace.type === 'life' ? String(trace.isThere) : 'true')

const wrongly = ({ deed, fate }: Judged, trace: Trace): string => `${fate}, and not so there: ${JSON.stringify(trace)} of ${said(deed)}`

const said = ({ device, intent, traces: all }: Deed): string => `${device}'s ${intent ?? 'unknown'} ${JSON.stringify(all)}`
