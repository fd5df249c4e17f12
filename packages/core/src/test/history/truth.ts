/**
 * The truth that no replica knows: for every write, which writes its author had really seen. `over` is the design's way to carry that;
 * a history is judged against this, not against `over`.
 */
import type { Name } from '../../ids.ts'
import type { Arrival } from '../arrivals.ts'
import { LIFE, placeOf } from './place.ts'

/** The field operation that an arrival makes on a place; its life write is `life`. */
export function writeAt({ operations }: Arrival, place: string): 'life' | Arrival['operations']['fields'][number] | undefined {
  return place === LIFE ? 'life' : operations.fields.find((operation) => placeOf(operation) === place)
}

export class Truth {
  readonly writes = new Map<Name, Arrival>()
  readonly #seen = new Map<string, ReadonlySet<Name>>()

  /** All that the author of `name` had seen of a place. */
  seenBy(name: Name, place: string): ReadonlySet<Name> {
    return this.#seen.get(`${name} ${place}`) ?? new Set()
  }

  /** Who sees a write has seen what its author saw. */
  remember(write: Arrival, place: string, visible: Iterable<Arrival>): void {
    this.writes.set(write.name, write)
    const seen = new Set<Name>()
    for (const other of visible) {
      if (writeAt(other, place) === undefined) continue
      seen.add(other.name)
      for (const name of this.seenBy(other.name, place)) seen.add(name)
    }
    this.#seen.set(`${write.name} ${place}`, seen)
  }

  /** Of these writes of a place, those that stand: nobody among them had seen them and written again. */
  standing(arrivals: readonly Arrival[], place: string): readonly Name[] {
    const writes = arrivals.filter((arrival) => takesPlace(arrival, place))
    const over = new Set(writes.flatMap((write) => [...this.seenBy(write.name, place)]))
    return writes.filter((write) => !over.has(write.name) && leavesEntry(write, place)).map((write) => write.name)
  }
}

/** An edit changes the string it edits and increments add up: neither takes another write's place. */
function takesPlace(arrival: Arrival, place: string): boolean {
  const write = writeAt(arrival, place)
  return write === 'life' || (write !== undefined && 'over' in write)
}

function leavesEntry(arrival: Arrival, place: string): boolean {
  const write = writeAt(arrival, place)
  return write === 'life' || write?.kind !== 'removeFrom'
}
