/** What a device and an account may cost the hub, so that none keeps the others from theirs. Counted where requests come in. */
import { PAGE_BYTES_MAX } from '@tombolo/core'
import type { Identity } from '../auth/auth.ts'
import type { Refused } from '../problem.ts'
import type { Path } from '../service.ts'
import { Allowance, type Rate } from './allowance.ts'

/** Rates in units of about a byte that is read or written, as it is before it is packed. */
export interface Rates {
  /** Of one device of an account. Devices that the sign-in does not name count as one. */
  readonly device: Rate
  /** Of all devices of an account. */
  readonly account: Rate
}

/** The rates of a hub that names none: some tens of thousands of records at once, then what a good line carries. */
export const RATES: Rates = {
  device: { perSecond: 1_000_000, burst: 64_000_000 },
  account: { perSecond: 4_000_000, burst: 256_000_000 },
}

/** What a request costs beside its bytes: signatures are checked, transactions wait for the disk. */
const BASE = 5000
/** The most that an answer can be, which is reserved until it is there. */
const RESERVED: Readonly<Record<Path, number>> = {
  hello: BASE,
  push: BASE,
  poll: BASE,
  pull: BASE + PAGE_BYTES_MAX,
  range: BASE + PAGE_BYTES_MAX,
  // Digests are made one after the other, each of up to all records of a space.
  digest: BASE + PAGE_BYTES_MAX,
}

/** A request that was let in. */
export interface Admitted {
  /** Settles what it has cost beside the bytes that came: those that were unpacked and written, and other work. */
  readonly cost: (units: number) => void
}

export class Allowances {
  readonly #clock: () => number
  readonly #devices: Allowance
  readonly #accounts: Allowance
  #heardMs = 0
  #setBackMs = 0

  /** @throws RangeError for a rate that would let nothing or everything in. */
  constructor(rates: Rates, clock: () => number) {
    this.#clock = clock
    this.#devices = new Allowance(rates.device)
    this.#accounts = new Allowance(rates.account)
  }

  /** For how long a request of this device has to wait, as a refusal; null: it need not. */
  refuses(identity: Identity): Refused | null {
    const nowMs = this.#nowMs()
    const deviceMs = this.#devices.waitMs(deviceOf(identity), nowMs)
    const accountMs = this.#accounts.waitMs(identity.account, nowMs)
    const retryAfterMs = Math.max(deviceMs, accountMs)
    if (retryAfterMs === 0) return null
    return { code: 'hub.limited', detail: `this ${accountMs > 0 ? 'account' : 'device'} has asked for more than its share`, retryAfterMs }
  }

  /** Reserves what the answer to a request may cost, until it is there. */
  admit(identity: Identity, path: Path): Admitted {
    const reserved = RESERVED[path]
    this.spend(identity, reserved)
    return { cost: (units) => this.spend(identity, BASE + units - reserved) }
  }

  spend(identity: Identity, units: number): void {
    const nowMs = this.#nowMs()
    this.#devices.spend(deviceOf(identity), units, nowMs)
    this.#accounts.spend(identity.account, units, nowMs)
  }

  /** A clock that is set back goes on from where it was. */
  #nowMs(): number {
    const clockMs = this.#clock()
    if (clockMs < this.#heardMs) this.#setBackMs += this.#heardMs - clockMs
    this.#heardMs = clockMs
    return clockMs + this.#setBackMs
  }
}

/** A list of two: no name can be made to look like another pair. */
const deviceOf = ({ account, device = '' }: Identity): string => JSON.stringify([account, device])
