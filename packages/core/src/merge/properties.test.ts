/**
 * What must hold of merging, on thousands of random histories: several devices and a hub write, lose, repeat, refuse, fork and come
 * back (../test/history/). TOMBOLO_RUNS multiplies the number of histories.
 */
import * as fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Name } from '../ids.ts'
import { deriveField, dropField, inOrder, mapValue, renameField, unchanged } from '../schema/upgrade-steps.ts'
import type { Upgrade } from '../schema/definition.ts'
import { type Arrival, mergeAll } from '../test/arrivals.ts'
import { type Command, EVERYTHING, type History, historyOf, type Profile } from '../test/history/command.ts'
import { expectSame, expectStanding, expectTrueViews, oracleShows, ShareCounter } from '../test/history/judge.ts'
import { LIFE, placesOf, REGISTERS, registerAt, RULES, shownOf, TAGS, textAt, VISITS } from '../test/history/place.ts'
import { writeAt } from '../test/history/truth.ts'
import { DESIGN, type Rules, type TextTruth, World } from '../test/history/world.ts'
import { oracleRecord, oracleText } from '../test/oracle.ts'
import { yjsText } from '../yjs.ts'
import { canonicalRecord } from './canonical-record.ts'
import { EMPTY_RECORD, mergeOperations, type RecordState } from './record.ts'
import { show } from './rules.ts'

const MULTIPLIER = Number(process.env['TOMBOLO_RUNS'] ?? 1)
const histories = (count: number): { numRuns: number } => ({ numRuns: Math.ceil(count * MULTIPLIER) })
const TIMEOUT_MS = 60_000 * Math.max(1, MULTIPLIER)

/** Hubs that fall back to old backups, devices that are gone with what only they retained: what handing on is for. */
const RESTORES: Profile = {
  fields: ['quality', 'quality', LIFE],
  commands: 60,
  lossy: false,
  refusals: 1,
  forms: 0,
  clone: 1,
  restore: 5,
  destroy: 1,
  clock: 0,
}
const TEXTS: Profile = { ...EVERYTHING, fields: ['body'], forms: 0, clock: 0 }
/** What a person writes here does not depend on what they see, so that two runs of it are the same but for what is left out. */
const BLIND: Profile = {
  fields: ['title', 'quality', 'place', TAGS, TAGS, LIFE],
  commands: 40,
  lossy: false,
  refusals: 4,
  forms: 0,
  clone: 1,
  restore: 0,
  destroy: 0,
  clock: 0,
}

const shares = new ShareCounter()
afterAll(() => console.log('shares of what merging is hard for', shares.shares()))

function healed(history: History): World {
  const world = new World(history).run().heal()
  shares.count(world)
  return world
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = (index: number): number => Math.imul(seed + index, 0x9e3779b1) >>> 0
  const placed = items.map((item, index) => ({ item, at: random(index) }))
  return placed.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

test(
  '[M1] the same writes, in any order, give the same record, byte for byte',
  () => {
    fc.assert(
      fc.property(historyOf(EVERYTHING), fc.noShrink(fc.nat()), (history, seed) => {
        const world = healed(history)
        const { log, record } = world.hub
        const expected = oracleText(oracleRecord(log))
        expectSame(canonicalRecord(record), expected, world, 'the hub')
        expectSame(canonicalRecord(mergeAll(shuffled(log, seed)).record), expected, world, 'another order')
      }),
      histories(1500),
    )
  },
  TIMEOUT_MS,
)

test(
  '[M1] any subset of the writes too: what a hub has lost leaves a record that the rest defines',
  () => {
    fc.assert(
      fc.property(fc.constantFrom(EVERYTHING, TEXTS).chain(historyOf), fc.noShrink(fc.nat()), (history, seed) => {
        const world = new World(history).run()
        const some = shuffled(world.hub.log, seed).filter((_, index) => (seed >> (index % 30)) % 4 !== 0)
        const expected = oracleText(oracleRecord(some))
        expectSame(canonicalRecord(mergeAll(some).record), expected, world, 'one order')
        expectSame(canonicalRecord(mergeAll(shuffled(some, seed + 1)).record), expected, world, 'another order')
      }),
      histories(1000),
    )
  },
  TIMEOUT_MS,
)

test(
  '[M2] an intent is applied once, however often and from wherever it is offered',
  () => {
    fc.assert(
      fc.property(historyOf({ ...EVERYTHING, clone: 3, restore: 3, forms: 2 }), (history) => {
        const world = healed(history)
        const names = world.hub.log.map((arrival) => arrival.name)
        expectSame(names, [...new Set(names)], world, 'the log')
        const visits = world.hub.record.fields[VISITS]
        expectSame(visits?.kind === 'counter' ? visits.sum : 0, oracleRecord(world.hub.log).counters[VISITS] ?? 0, world, VISITS)
      }),
      histories(1500),
    )
  },
  TIMEOUT_MS,
)

test('[M2] merging a write that stands a second time changes nothing, counters and texts apart', () => {
  fc.assert(
    fc.property(historyOf({ ...EVERYTHING, fields: ['title', TAGS, LIFE] }), fc.noShrink(fc.nat()), (history, which) => {
      const world = new World(history).run()
      const { log, record } = world.hub
      const again = log[which % Math.max(1, log.length)]
      if (again === undefined || !standsEverywhere(record, again)) return
      const twice = mergeOperations(record, again.operations, { ...again, version: 99, known: () => true, text: null }).record
      expectSame(canonicalRecord(twice), canonicalRecord(record), world, again.name)
    }),
    histories(1000),
  )
})

const standsEverywhere = (record: RecordState, arrival: Arrival): boolean =>
  placesOf(arrival).every((place) => registerAt(record, place)?.entries.some((entry) => entry.name === arrival.name))

test(
  '[M3] nothing is lost: a write is shown, or somebody who saw it wrote over it, or it is in the history, or it failed and is kept',
  () => {
    fc.assert(
      fc.property(historyOf(EVERYTHING), (history) => {
        const world = healed(history)
        for (const name of world.truth.writes.keys()) expectSame(lostPlaces(world, name), [], world, `what is lost of ${name}`)
      }),
      histories(2000),
    )
  },
  TIMEOUT_MS,
)

function lostPlaces(world: World, name: Name): readonly string[] {
  const own = world.present.flatMap((device) => device.own.filter((other) => other.change.name === name))
  if (own.some(({ status }) => status === 'failed') || world.discarded.has(name)) return []
  const arrival = world.hub.log.find((other) => other.name === name)
  return arrival === undefined ? ['all of it'] : placesOf(arrival).filter((place) => !isKeptAt(world, arrival, place))
}

function isKeptAt(world: World, arrival: Arrival, place: string): boolean {
  const { name } = arrival
  const write = writeAt(arrival, place)
  // M5 counts increments and characters; a removal leaves nothing to keep.
  if (write !== 'life' && write?.kind !== 'set' && write?.kind !== 'addTo') return true
  const isEntry = registerAt(world.hub.record, place)?.entries.some((entry) => entry.name === name) ?? false
  const isSeen = world.hub.log.some((other) => world.truth.seenBy(other.name, place).has(name))
  return isEntry || isSeen || world.hub.history.some((item) => 'entry' in item && item.entry.name === name)
}

test(
  '[M3][M4] at every moment each device shows just what it was given and what its person wrote: nothing vanishes, nothing comes back',
  () => {
    fc.assert(
      fc.property(historyOf(EVERYTHING), (history) => void new World(history).run(expectTrueViews)),
      histories(2000),
    )
  },
  TIMEOUT_MS,
)

test.each(['high', VISITS])(
  '[Q2] a page that was long under way, and a copy of the device that sent its change of %s meanwhile: the change counts once',
  (field) => {
    const write: Command = { type: 'write', device: 0, field: 0, also: null, value: 0, refusals: 0, form: null, resolves: false }
    const commands: readonly Command[] = [
      { type: 'pull', device: 0, fate: 'request late' },
      write,
      { type: 'clone', device: 0 },
      { ...write, device: 1 },
      { type: 'push', device: 1, fate: 'arrives' },
      { type: 'late', index: 0 },
    ]
    const history: History = { devices: 1, onDelete: 'edit-wins', fields: [field], commands }
    new World(history).run(expectTrueViews)
    expect(() => new World(history, { ...DESIGN, sentThrough: false }).run(expectTrueViews)).toThrow('what d0 shows')
  },
)

test(
  '[M4] every device shows the same, by the rules; a causally later write beats any clock; `review` never picks silently',
  () => {
    fc.assert(
      fc.property(historyOf({ ...EVERYTHING, clock: 4 }), (history) => {
        const world = healed(history)
        const { log, record } = world.hub
        expectStanding(world, record, log, 'hub')
        expectSame(shownOf(record, history.onDelete), oracleShows(world, oracleRecord(log)), world, 'what is shown')
        for (const device of world.present) expectSame(canonicalRecord(device.view()), canonicalRecord(record), world, device.id)
        for (const field of ['quality', 'place'] as const) expectAsked(world, field)
      }),
      histories(2000),
    )
  },
  TIMEOUT_MS,
)

/** Where writes that did not see one another stand with different values, and nobody has decided, a person is asked. */
function expectAsked(world: World, field: 'quality' | 'place'): void {
  const register = registerAt(world.hub.record, field)
  if (register === undefined) return
  const standing = world.truth.standing(world.hub.log, field)
  const undecided = register.entries.filter((entry) => standing.includes(entry.name) && entry.resolves === undefined)
  const values = new Set(undecided.map((entry) => JSON.stringify(entry.value)))
  if (values.size > 1) expectSame(show(RULES[field], register).conflicted, true, world, `conflict of ${field}`)
}

test(
  '[M5] groups are whole, counters are the sum of what was accepted, and what a remover had not seen stays',
  () => {
    fc.assert(
      fc.property(historyOf({ ...EVERYTHING, fields: ['place', 'place', TAGS, TAGS, VISITS, LIFE], restore: 0, forms: 0 }), (history) => {
        const world = new World(history).run().heal()
        const { record, log } = world.hub
        const group = registerAt(record, 'place')
        const shown = group && (show(RULES.place, group).value as { lat: number; lon: number } | undefined)
        expectSame(shown?.lat, shown?.lon, world, 'the members of a group')
        const visits = record.fields[VISITS]
        expectSame(visits?.kind === 'counter' ? visits.sum : 0, sumOf(log), world, VISITS)
        for (const place of new Set(log.flatMap(placesOf))) if (place.startsWith(TAGS)) expectUnseenAddsStay(world, place)
      }),
      histories(2000),
    )
  },
  TIMEOUT_MS,
)

const sumOf = (log: readonly Arrival[]): number =>
  log
    .flatMap(({ operations }) => operations.fields)
    .reduce((sum, operation) => sum + (operation.kind === 'increment' ? operation.by : 0), 0)

function expectUnseenAddsStay(world: World, place: string): void {
  const adds = world.hub.log.filter((arrival) => (writeAt(arrival, place) as { kind?: string } | undefined)?.kind === 'addTo')
  const stays = adds.some((add) => !world.hub.log.some((other) => world.truth.seenBy(other.name, place).has(add.name)))
  expectSame((registerAt(world.hub.record, place)?.entries.length ?? 0) > 0, stays, world, place)
}

test(
  '[M5] every accepted character is in its text, once, until an accepted edit takes it out; or with its text in the history',
  () => {
    fc.assert(
      fc.property(historyOf(TEXTS), (history) => {
        const world = new World(history).run().heal()
        const accepted = [...world.texts].filter(([name]) => world.hub.has(name))
        const removed = new Set(accepted.flatMap(([, text]) => text.removed.split('')))
        for (const [name, text] of accepted) {
          expectSame(isFound(world, name, text) || removed.has(text.inserted), true, world, `${name} inserted ${text.inserted}: found`)
        }
        const register = registerAt(world.hub.record, 'body')
        expectSame(register?.waiting, undefined, world, 'what still waits')
        const refused = [...world.texts].filter(([name]) => !world.hub.has(name)).map(([, text]) => text.inserted)
        const shown = (register?.entries ?? []).map(textAt).join()
        const comesThrough = refused.filter((character) => shown.includes(character))
        expectSame(comesThrough, [], world, 'refused, and there')
      }),
      histories(700),
    )
  },
  TIMEOUT_MS,
)

function isFound(world: World, name: Name, { of, inserted }: TextTruth): boolean {
  const entry = registerAt(world.hub.record, 'body')?.entries.find((other) => other.name === of)
  if (entry !== undefined) return textAt(entry).split(inserted).length === 2
  return world.hub.history.some((item) =>
    'edit' in item ? item.edit.name === name : item.entry.name === of && textAt(item.entry).includes(inserted),
  )
}

test(
  '[M6] what the device predicts is what the hub decides, where no change that it had not seen came between',
  () => {
    let predictions = 0
    // A stamp that the hub must correct cannot be predicted: here no clock is more than a minute wrong.
    fc.assert(
      fc.property(historyOf({ ...EVERYTHING, clock: 0 }), (history) => {
        const world = new World(history).run()
        for (const device of world.present) {
          for (const type of ['pull', 'pull', 'pull'] as const) world.exchange(device, type)
          const open = device.own.filter((own) => own.status === 'open').map((own) => own.change.name)
          const predicted = shownOf(device.view(), history.onDelete)
          world.exchange(device, 'push')
          if (open.length === 0 || device.cursor !== world.hub.head - open.length || !open.every((name) => world.hub.has(name))) continue
          predictions += 1
          expectSame(shownOf(world.hub.record, history.onDelete), predicted, world, `against the prediction of ${device.id} the hub`)
        }
      }),
      histories(2000),
    )
    expect(predictions).toBeGreaterThan(histories(1000).numRuns)
  },
  TIMEOUT_MS,
)

const tenth = (value: unknown): number => Number(value) / 10
const UPGRADES: readonly Upgrade[] = [
  unchanged,
  renameField('notes', 'title', 'heading'),
  renameField('notes', 'body', 'lines'),
  renameField('notes', VISITS, 'calls'),
  dropField('notes', 'quality'),
  mapValue('notes', 'quality', tenth),
  mapValue('notes', TAGS, (tag) => ['was', tag]),
  mapValue('notes', 'place.lat', tenth),
  deriveField('notes', 'high', 'higher', tenth),
  inOrder(deriveField('notes', 'seat', 'desk', tenth), dropField('notes', 'seat'), renameField('notes', TAGS, 'labels')),
]

test(
  '[M7] upgrade commutes with apply: it does not matter after how many of its changes a record is upgraded',
  () => {
    fc.assert(
      fc.property(historyOf(EVERYTHING), fc.constantFrom(...UPGRADES), fc.nat(40), (history, upgrade, after) => {
        const world = new World(history).run()
        const first = mergeUpgraded(world.hub.log, upgrade, 0)
        expectSame(mergeUpgraded(world.hub.log, upgrade, Math.min(after, world.hub.log.length)), first, world, 'upgraded later')
      }),
      histories(1500),
    )
  },
  TIMEOUT_MS,
)

/** Merges the first writes as they are, upgrades the record, and merges the others upgraded. */
function mergeUpgraded(log: readonly Arrival[], upgrade: Upgrade, after: number): string {
  const arrived = new Set<Name>()
  let record = EMPTY_RECORD
  for (const [index, arrival] of log.entries()) {
    if (index === after) record = upgrade.record('notes', record)
    const changed = index < after ? [arrival.operations] : (upgrade.change([arrival.operations], () => record) ?? [])
    const write = { ...arrival, version: index + 1, known: (name: Name) => arrived.has(name), text: yjsText }
    for (const operations of changed) record = mergeOperations(record, operations, write).record
    arrived.add(arrival.name)
  }
  return canonicalRecord(after >= log.length ? upgrade.record('notes', record) : record)
}

test(
  '[M8] refusing any of a replica’s changes makes no conflict that would not be there without them',
  () => {
    let refusals = 0
    fc.assert(
      fc.property(historyOf(BLIND), (history) => {
        const refused = new World(history, { ...DESIGN, refusals: 'always' }).run()
        const never = new World(history, { ...DESIGN, refusals: 'never made' }).run()
        refusals += refused.refused.size
        for (const place of ['title', 'quality', 'place', `${TAGS} "a"`, `${TAGS} "b"`, LIFE]) {
          expectSame(entriesAt(refused, place), entriesAt(never, place), refused, place)
        }
      }),
      histories(4000),
    )
    expect(refusals).toBeGreaterThan(histories(4000).numRuns)
  },
  TIMEOUT_MS,
)

const entriesAt = (world: World, place: string): readonly Name[] =>
  (registerAt(world.hub.record, place)?.entries ?? []).map((entry) => entry.name)

function expectTrue(world: World): void {
  expectTrueViews(world)
  expectStanding(world, world.hub.record, world.hub.log, 'hub')
}

test(
  '[M3][P6] a hub that falls back to any of its backups, while devices are lost: nothing that was written over comes back',
  () => {
    fc.assert(
      fc.property(historyOf(RESTORES), (history) => expectTrue(new World(history).run(expectTrue).heal())),
      histories(2000),
    )
  },
  TIMEOUT_MS,
)

describe('a rule that is left out is found', () => {
  test.each<[string, Partial<Rules>, Profile]>([
    ['[A5] own open and failed writes in `over`', { own: false }, EVERYTHING],
    ['[A6] names that are awaited', { awaits: false }, RESTORES],
    ['handing on what an entry was over', { handedOn: 0 }, RESTORES],
    ['[P6] durable is what the oldest backup has', { durable: 'newest' }, { ...RESTORES, fields: ['quality'] }],
    ['the content in the name', { contentInName: false }, EVERYTHING],
    ['[Q2] a page tells how far the hub has the chain', { sentThrough: false }, EVERYTHING],
  ])(
    '%s',
    (_, rules, profile) => {
      const found = fc.check(
        fc.property(historyOf(profile), (history) => expectTrue(new World(history, { ...DESIGN, ...rules }).run(expectTrue).heal())),
        { numRuns: 6000, seed: 1, endOnFailure: true },
      )
      expect(found.failed).toBe(true)
    },
    TIMEOUT_MS,
  )
})

test('the histories have what merging is hard for, and write every field', () => {
  const { concurrent, deleteAgainstEdit, refusedMidChain, forks, fields } = shares.shares()
  expect(concurrent).toBeGreaterThan(0.3)
  expect(deleteAgainstEdit).toBeGreaterThan(0.1)
  expect(refusedMidChain).toBeGreaterThan(0.1)
  expect(forks).toBeGreaterThan(0.05)
  expect(fields).toEqual([...REGISTERS, TAGS, VISITS].toSorted())
})
