/**
 * Comparing this device's confirmed records with the hub's [Q5]: when it is due, when it is possible, and what came of it. How it is done is
 * in sync/check.ts and mender.ts, which are loaded when it is.
 *
 * A space is checked once a day, and soon after anything that might have gone wrong with it. A difference is an alarm for engineers: the
 * status tells how often there was one, and the hub's log does.
 */
import type { SpaceId } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import { noteMended } from './mended.ts'
import type { Sender } from './sender.ts'
import type { StoreState } from './state.ts'

const CHECK_EVERY_MS = 24 * 60 * 60 * 1000

export class Checks {
  readonly #state: StoreState
  readonly #sender: Sender
  readonly #seal: (space: SpaceId) => void
  readonly #checkedAt: Map<SpaceId, number>

  constructor(state: StoreState, sender: Sender, seal: (space: SpaceId) => void) {
    this.#state = state
    this.#seal = seal
    this.#sender = sender
    this.#checkedAt = this.#readChecked()
  }

  /** The version of the space to compare at; null while this device does not hold all of it, or holds what a newer app wrote. */
  versionOf(id: SpaceId): number | null {
    const space = this.#state.spaces.find(id)
    if (space === undefined || space.cursor === null || space.completeAt === null) return null
    return space.rebuilding || space.newerSince !== null || space.head > space.version ? null : space.version
  }

  /**
   * Runs `mend`, which takes records of the hub as they are at a version, and counts how many differed. `isFirst`: it is the first of its
   * check. False if the space is at another version by now: nothing has happened.
   */
  mend(space: SpaceId, version: number, isFirst: boolean, mend: () => number): boolean {
    if (this.versionOf(space) !== version) return false
    this.#state.transact(() => {
      // What the person goes on to write builds on another view, so it is another change [P1].
      this.#seal(space)
      noteMended(this.#state, mend(), isFirst)
    })
    return true
  }

  /** Sends an applied change again that the hub's records lack. Inside `mend`. */
  sendAgain(change: OwnChange): void {
    this.#sender.sendAgain(change)
  }

  /** When the space is to be checked next, on this device's clock. One that never was is due at once. */
  dueAt(space: SpaceId): number {
    const checkedAt = this.#checkedAt.get(space)
    return checkedAt === undefined ? 0 : Math.min(checkedAt, this.#state.ports.nowMs()) + CHECK_EVERY_MS
  }

  /** Counts the space as checked now. */
  done(space: SpaceId): void {
    const now = this.#state.ports.nowMs()
    this.#state.transact(() => this.#state.write(CHECKED + space, now))
    this.#checkedAt.set(space, now)
  }

  /** Something went wrong between device and hub: the space is due at once, as long as this store is open. */
  expire(space: SpaceId): void {
    this.#checkedAt.delete(space)
  }

  #readChecked(): Map<SpaceId, number> {
    const rows = this.#state.database.prepare("SELECT key, value FROM _meta WHERE key > ? AND key < ? || '~'").all(CHECKED, CHECKED)
    return new Map(rows.map((row) => [String(row['key']).slice(CHECKED.length) as SpaceId, Number(row['value'])]))
  }
}

const CHECKED = 'checked '
