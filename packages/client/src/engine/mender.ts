/**
 * Takes the hub's records of a range in place of this device's, where the two differ [Q5].
 *
 *   open and failed changes    stay on top of the record, as they do when a space is read anew
 *   own changes that were applied, and that the hub's record lacks    are sent again, with their receipts, and stay in the view until then
 *   whatever else leaves a field    goes into its history
 *
 * So nothing that a person wrote is lost, whichever side was wrong. Neither side takes the other's digest for its own.
 */
import { fingerprintOf, type IdRange, lostIn, type RecordId, type RecordPart, type RecordState, type SpaceId } from '@tombolo/core'
import type { Checks } from './checks.ts'
import { confirmedIn } from './confirmed-records.ts'
import type { OwnChange } from './own-change.ts'
import type { StoreState } from './state.ts'
import type { StoredRecord } from './stored-record.ts'

/**
 * Takes the hub's records of a range, as they are at a version of the space. `isFirst`: it is the first range of its check. False if the
 * space is at another version by now: nothing has happened.
 */
export function mendRange(
  state: StoreState,
  checks: Checks,
  space: SpaceId,
  version: number,
  range: IdRange,
  records: readonly RecordPart[],
  isFirst: boolean,
): boolean {
  return checks.mend(space, version, isFirst, () => new Mender(state, checks).mend(space, range, records))
}

class Mender {
  readonly #state: StoreState
  readonly #checks: Pick<Checks, 'sendAgain'>

  constructor(state: StoreState, checks: Pick<Checks, 'sendAgain'>) {
    this.#state = state
    this.#checks = checks
  }

  /** Runs inside `Checks.mend`. @returns how many records differed */
  mend(space: SpaceId, range: IdRange, records: readonly RecordPart[]): number {
    const theirs = new Set(records.map(({ collection, id }) => id + collection))
    const gone = [...confirmedIn(this.#state, space, range)].flat().filter(({ collection, id }) => !theirs.has(id + collection))
    const parts = [...records, ...gone.map(({ collection, id }) => ({ collection, id, record: null }))]
    const own = new OwnApplied(this.#state, this.#checks, space)
    return parts.filter((part) => this.#take(space, part, own)).length
  }

  #take(space: SpaceId, { collection: name, id, record }: RecordPart, own: OwnApplied): boolean {
    const { records, schema } = this.#state
    const collection = schema.collections[name]
    if (collection === undefined) return false
    const stored = records.load(collection, id) ?? records.fresh(collection, id, space)
    const next = record ?? undefined
    if (this.#fingerprint(stored, stored.confirmed) === this.#fingerprint(stored, next)) return false
    const lost = stored.confirmed === undefined ? [] : own.sendWhatIsLost(id, stored.confirmed, next)
    if (stored.confirmed !== undefined) this.#keepWhatLeaves(stored, stored.confirmed, next)
    if (next !== undefined) records.texts.keepReplaced(stored, next)
    const open = [...new Set([...stored.open, ...lost])].sort((a, b) => a - b)
    const { confirmed: _, ...rest } = stored
    this.#state.saveRecord({ ...rest, confirmed: next, open })
    return true
  }

  #fingerprint({ collection, id }: StoredRecord, state: RecordState | undefined): string | null {
    return state === undefined ? null : fingerprintOf(this.#state.ports.hash, { collection: collection.name, id, state })
  }

  #keepWhatLeaves({ collection, id }: StoredRecord, before: RecordState, after: RecordState | undefined): void {
    for (const [field, state] of Object.entries(before.fields)) {
      const next = after?.fields[field]
      if (state.kind !== 'register') continue
      const entries = next?.kind === 'register' ? next.entries : []
      for (const entry of state.entries) {
        if (entries.some(({ name }) => name === entry.name)) continue
        const by = entries.find(({ over }) => over.includes(entry.name))?.name ?? null
        this.#state.records.history.keep({ collection: collection.name, id, field }, entry, by)
      }
    }
  }
}

/** This device's applied changes of a space that are still kept, and which of them are being sent again. */
class OwnApplied {
  readonly #state: StoreState
  readonly #checks: Pick<Checks, 'sendAgain'>
  readonly #space: SpaceId
  #kept: readonly OwnChange[] | null = null
  readonly #sent = new Set<number>()

  constructor(state: StoreState, checks: Pick<Checks, 'sendAgain'>, space: SpaceId) {
    this.#state = state
    this.#checks = checks
    this.#space = space
  }

  /** Sends again what `after` lacks of own changes that `before` shows. @returns the seq of these changes */
  sendWhatIsLost(id: RecordId, before: RecordState, after: RecordState | undefined): readonly number[] {
    this.#kept ??= this.#state.changes.retained().filter(({ space }) => space === this.#space)
    const lost = this.#kept.filter((change) => this.#isLost(change, id, before, after))
    for (const change of lost) {
      if (this.#sent.has(change.seq)) continue
      this.#sent.add(change.seq)
      this.#checks.sendAgain(change)
    }
    return lost.map(({ seq }) => seq)
  }

  #isLost({ seq, name, version, receipt }: OwnChange, id: RecordId, before: RecordState, after: RecordState | undefined): boolean {
    if (name === null || version === null || receipt === null) return false
    const operations = this.#state.changes.operationsOn(seq, id)
    return operations !== undefined && lostIn(before, after, operations, { name, version })
  }
}
