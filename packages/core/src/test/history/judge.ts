/**
 * Judges of a run: what must hold, against the truth and the oracle.
 */
import { inspect, isDeepStrictEqual } from 'node:util'
import type { RecordState } from '../../merge/record.ts'
import type { Arrival } from '../arrivals.ts'
import { LIFE, placesOf, REGISTERS, registerAt, RULES, TAGS, VISITS } from './place.ts'
import { referenceLife, referenceShown } from '../../testing.ts'
import { oracleElements, type OracleRecord } from '../oracle.ts'
import { arrivalOf, type World } from './world.ts'

const ORIGIN = 'A'.repeat(22)

/** Throws with the whole story where the two are not equal. */
export function expectSame(actual: unknown, expected: unknown, world: World, what = ''): void {
  if (isDeepStrictEqual(actual, expected)) return
  throw new Error(`${what} is ${inspect(actual, { depth: 9 })}\nand should be ${inspect(expected, { depth: 9 })}\n${world.story()}`)
}

/** The entries of every place are the writes that stand in truth: none is lost, and none comes back. */
export function expectStanding(world: World, record: RecordState, arrivals: readonly Arrival[], who: string): void {
  for (const place of new Set(arrivals.flatMap(placesOf))) {
    if (place === VISITS || (place.startsWith(TAGS) && world.restores > 0)) continue
    const names = (registerAt(record, place)?.entries ?? []).map((entry) => entry.name).filter((name) => name !== ORIGIN)
    expectSame(names, world.truth.standing(arrivals, place).toSorted(), world, `${who} at ${place}`)
  }
}

/** Whatever a device shows is what it was given and what its person wrote, each once. */
export function expectTrueViews(world: World): void {
  for (const device of world.present) {
    const arrivals = [...device.confirmed.log, ...device.onTop().map((own) => arrivalOf(own.change))]
    const names = arrivals.map(({ name }) => name)
    expectSame(names, [...new Set(names)], world, `what ${device.id} shows`)
    expectStanding(world, device.view(), arrivals, device.id)
  }
}

/** Everything that a screen says, by the oracle's definitions; to be compared with `shownOf`. */
export function oracleShows(world: World, record: OracleRecord): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = { [LIFE]: referenceLife(world.history.onDelete, record.life.entries) }
  for (const [field, sum] of Object.entries(record.counters)) shown[field] = sum
  for (const [field, elements] of Object.entries(record.sets)) shown[field] = oracleElements(elements).toSorted()
  for (const field of REGISTERS) {
    const place = record.registers[field]
    if (place === undefined || place.entries.length === 0) continue
    const { value, conflict } = referenceShown(RULES[field], place.entries)
    shown[field] = { value, conflicted: conflict.length > 0 }
  }
  return shown
}

export interface Shares {
  readonly histories: number
  readonly concurrent: number
  readonly deleteAgainstEdit: number
  readonly refusedMidChain: number
  readonly forks: number
  readonly restores: number
  readonly repeats: number
  /** The fields that were written in any of them. */
  readonly fields: readonly string[]
}

type Feature = Exclude<keyof Shares, 'histories' | 'fields'>

/** Counts how many histories have what makes merging hard. */
export class ShareCounter {
  #histories = 0
  readonly #fields = new Set<string>()
  readonly #having: Record<Feature, number> = {
    concurrent: 0,
    deleteAgainstEdit: 0,
    refusedMidChain: 0,
    forks: 0,
    restores: 0,
    repeats: 0,
  }

  count(world: World): void {
    this.#histories += 1
    for (const field of Object.keys(world.hub.record.fields)) this.#fields.add(field)
    const { concurrent, deleteAgainstEdit } = concurrencyOf(world)
    const has = { concurrent, deleteAgainstEdit, refusedMidChain: isRefusedMidChain(world) }
    const more = { forks: world.forks > 0, restores: world.restores > 0, repeats: world.duplicates > 0 }
    for (const [key, value] of Object.entries({ ...has, ...more })) if (value) this.#having[key as Feature] += 1
  }

  shares(): Shares {
    const share = Object.fromEntries(Object.entries(this.#having).map(([key, count]) => [key, count / this.#histories]))
    return { histories: this.#histories, ...share, fields: [...this.#fields].toSorted() } as unknown as Shares
  }
}

function concurrencyOf(world: World): { concurrent: boolean; deleteAgainstEdit: boolean } {
  const arrivals = world.hub.log
  const isConcurrent = (a: Arrival, b: Arrival, place: string): boolean =>
    !world.truth.seenBy(a.name, place).has(b.name) && !world.truth.seenBy(b.name, place).has(a.name)
  let concurrent = false
  let deleteAgainstEdit = false
  for (const [index, a] of arrivals.entries()) {
    for (const b of arrivals.slice(0, index)) {
      const shared = placesOf(a).filter((place) => place !== LIFE && place !== VISITS && placesOf(b).includes(place))
      concurrent ||= shared.some((place) => isConcurrent(a, b, place))
      deleteAgainstEdit ||= a.operations.life !== b.operations.life && isConcurrent(a, b, LIFE)
    }
  }
  return { concurrent, deleteAgainstEdit }
}

/** A refused write that its author's later, accepted write is over. */
function isRefusedMidChain(world: World): boolean {
  const accepted = world.hub.log.flatMap(({ operations }) => [
    ...operations.lifeOver,
    ...operations.fields.flatMap((operation) => ('over' in operation ? operation.over : [])),
  ])
  return accepted.some((name) => world.refused.has(name) && !world.hub.has(name))
}
