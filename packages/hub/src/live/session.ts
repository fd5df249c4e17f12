/**
 * One device on a live socket: where it stands in each space, as far as this socket has told it. The device may stand elsewhere
 * by now; it applies a delta only at the cursor that the delta names.
 *
 * While a push of this socket has no answer nothing else is sent: the device would have to drop it.
 * A slow reader gets hints only, and a very slow one is sent away, so that no device costs the hub more than a bounded memory.
 */
import type { ReplicaId, SpaceId } from '@tombolo/core'
import type { Stands } from '../reply.ts'
import { headFrame } from '../wire.ts'

export interface Stand {
  readonly version: number
  readonly cursor: string
}

export interface Delta {
  readonly textFor: (replica: ReplicaId) => string
  readonly stand: Stand
}

/** The socket, as a session sees it. */
export interface Wire {
  send(text: string): void
  /** Bytes that the network has not taken yet. */
  buffered(): number
  /** Asks the device to come back later. */
  overflow(): void
}

const HINTS_ONLY_BYTES = 1024 * 1024
const OVERFLOW_BYTES = 8 * 1024 * 1024
/** Answers are made before they are known to be read: so many at once may be. */
const REQUESTS_MAX = 32

export class Session {
  readonly #wire: Wire
  readonly #stands: Map<SpaceId, Stand> = new Map()
  /** Spaces that moved while a push had no answer. */
  readonly #late: Map<SpaceId, number> = new Map()
  #replica: ReplicaId | null = null
  #requests = 0
  #pushes = 0

  constructor(socket: Wire) {
    this.#wire = socket
  }

  /** Null where no delta may follow now. */
  standsAt(space: SpaceId): Stand | null {
    return this.#pushes === 0 ? (this.#stands.get(space) ?? null) : null
  }

  /** Takes a request in, unless too many have no answer yet. */
  asked(isPush: boolean): boolean {
    if (this.#requests >= REQUESTS_MAX) return false
    this.#requests++
    if (isPush) this.#pushes++
    return true
  }

  /** Says that a request was not taken in. */
  refuse(text: string): void {
    this.#send(text)
  }

  /** Sends an answer, and what had to wait for it. */
  answer(text: string, isPush: boolean, stands: Stands | undefined): void {
    if (stands !== undefined) this.#stand(stands)
    this.#send(text)
    this.#requests--
    if (isPush) this.#pushes--
    if (this.#pushes === 0) this.#tellLate()
  }

  /** `hint` is the frame that says no more than the head; the same text for everybody. */
  told(space: SpaceId, head: number, delta: Delta | null, hint: string): void {
    if (this.#pushes > 0) this.#late.set(space, head)
    else if (delta !== null && this.#wire.buffered() <= HINTS_ONLY_BYTES) this.#follow(space, delta)
    else this.#hint(space, head, hint)
  }

  #stand({ replica, space, at }: Stands): void {
    this.#replica = replica
    if (at === null) this.#stands.delete(space)
    else if (at !== undefined) this.#stands.set(space, at)
  }

  #follow(space: SpaceId, { textFor, stand }: Delta): void {
    if (this.#replica === null) return
    this.#stands.set(space, stand)
    this.#send(textFor(this.#replica))
  }

  #hint(space: SpaceId, head: number, hint: string): void {
    if (this.#stands.get(space)?.version !== head) this.#send(hint)
  }

  #tellLate(): void {
    for (const [space, head] of this.#late) this.#hint(space, head, headFrame(space, head))
    this.#late.clear()
  }

  #send(text: string): void {
    if (this.#wire.buffered() > OVERFLOW_BYTES) this.#wire.overflow()
    else this.#wire.send(text)
  }
}
