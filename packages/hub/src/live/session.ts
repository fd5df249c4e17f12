/**
 * One device on a live socket, with its cursor in each space as far as this socket has sent it. The device may have moved; it applies a
 * delta only at the cursor that the delta names.
 *
 * While a push of this socket is unanswered, nothing else is sent, because the device would have to drop it. A slow reader, and one that
 * has cost more than its share, gets only hints, and a very slow one is disconnected, so that each device costs a bounded amount of memory.
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
  /** Bytes that have not been sent to the network yet. */
  buffered(): number
  /** Whether its device has cost more than its share. */
  isLimited(): boolean
  /** Asks the device to come back later. */
  overflow(): void
}

const HINTS_ONLY_BYTES = 1024 * 1024
const OVERFLOW_BYTES = 8 * 1024 * 1024
/** The most unanswered requests at a time, because answers are made before it is known whether the device reads them. */
const REQUESTS_MAX = 32
/** The most refusals in a row: they cost little, but not nothing. */
const REFUSED_MAX = 32

export class Session {
  readonly #wire: Wire
  readonly #stands: Map<SpaceId, Stand> = new Map()
  /** Heads of spaces that moved while a push was unanswered. */
  readonly #late: Map<SpaceId, number> = new Map()
  #replica: ReplicaId | null = null
  #requests = 0
  #refused = 0
  #pushes = 0

  constructor(socket: Wire) {
    this.#wire = socket
  }

  /** The device's cursor in a space; null if no delta may follow now. */
  standsAt(space: SpaceId): Stand | null {
    return this.#pushes === 0 ? (this.#stands.get(space) ?? null) : null
  }

  /** Accepts a request, unless too many are unanswered. */
  asked(isPush: boolean): boolean {
    if (this.#requests >= REQUESTS_MAX) return false
    this.#requests++
    this.#refused = 0
    if (isPush) this.#pushes++
    return true
  }

  /** Sends the refusal of a request that was not accepted, and disconnects a device that goes on all the same. */
  refuse(text: string): void {
    if (++this.#refused > REFUSED_MAX) this.#wire.overflow()
    else this.#send(text)
  }

  /** Sends an answer, then the hints that waited for it. */
  answer(text: string, isPush: boolean, stands: Stands | undefined): void {
    if (stands !== undefined) this.#stand(stands)
    this.#send(text)
    this.#requests--
    if (isPush) this.#pushes--
    if (this.#pushes === 0) this.#tellLate()
  }

  /** Sends the delta, or `hint`: the frame with only the head, the same text for all sessions. */
  told(space: SpaceId, head: number, delta: Delta | null, hint: string): void {
    if (this.#pushes > 0) this.#late.set(space, head)
    else if (delta !== null && this.#mayFollow()) this.#follow(space, delta)
    else this.#hint(space, head, hint)
  }

  #stand({ replica, space, at }: Stands): void {
    this.#replica = replica
    if (at === null) this.#stands.delete(space)
    else if (at !== undefined) this.#stands.set(space, at)
  }

  #mayFollow(): boolean {
    return this.#wire.buffered() <= HINTS_ONLY_BYTES && !this.#wire.isLimited()
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
