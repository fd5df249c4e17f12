/** A way to the hub and back, for whatever goes over it. */
import type { Problem, Wire } from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'
import type { Dice } from '../random.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Direction } from './weather.ts'

export interface LineOwner {
  readonly name: string
  /** What it shows to the hub. */
  readonly token: () => string
  /** Counts saves, so that a fault can tell whether the device did something meanwhile. */
  readonly saves: () => number
  /** A proxy on its way lets no socket through. */
  readonly isSocketless: boolean
  readonly listener: () => Listener
}

/** Who listens to the exchanges of a device. */
export interface Listener {
  /** It is about to ask the hub. */
  asks(path: RequestPath, request: Wire): void
  /** The hub has answered, and the device has not taken the answer yet. */
  hears(path: RequestPath, request: Wire, answer: unknown): void
  /** The hub has sent it a page that it did not ask for, and it has not taken it yet. */
  told(page: unknown): void
  /** The hub has refused what it asked. */
  refused(path: RequestPath, request: Wire, problem: Problem): void
}

export const NOBODY: Listener = { asks: () => undefined, hears: () => undefined, told: () => undefined, refused: () => undefined }

/** A message under way. `fail` says at once that there is no connection; without it there is silence. */
export interface Parcel {
  readonly direction: Direction
  readonly bytes: number
  /** The answer to a push, which others like to overtake. */
  readonly isVerdict?: boolean
  readonly deliver: () => void
  readonly fail: () => void
}

export interface Way {
  readonly world: Surroundings
  readonly owner: LineOwner
  readonly dice: Dice
  /** Counts requests, in the order in which they were sent. */
  sent: number
  send(parcel: Parcel): void
  /** A request reaches the hub, perhaps twice, perhaps behind one that was sent later. */
  reach(number: number, deliver: () => void): void
}
