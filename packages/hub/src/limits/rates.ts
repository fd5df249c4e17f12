/** What a device and an account may cost the hub, so that none keeps the others from theirs. Counted where requests come in. */
import type { Identity } from '../auth/auth.ts'
import type { Refused } from '../problem.ts'
import type { Path } from '../service.ts'
import { Allowance, type Rate } from './allowance.ts'

/** Rates in units of about a byte that is read or written. */
export interface Rates {
  /** Of one device of an account, where the sign-in names it; else of all devices of the account that it does not name. */
  readonly device: Rate
  /** Of all devices of an account. */
  readonly account: Rate
}

/**
 * The rates of a hub that names none. A device may load or bring sixty thousand notes at once, and goes on at what a good line carries.
 */
export const RATES: Rates = {
  device: { perSecond: 1_000_000, burst: 64_000_000 },
  account: { perSecond: 4_000_000, burst: 256_000_000 },
}

/** What a request costs beside its bytes: signatures are checked, transactions wait for the disk, records are read to be compared. */
const COST: Readonly<Record<Path, number>> = { hello: 5000, push: 5000, pull: 2000, poll: 2000, digest: 50_000, range: 20_000 }

export class Allowances {
  readonly #clock: () => number
  readonly #devices: Allowance
  readonly #accounts: Allowance

  constructor(rates: Rates, clock: () => number) {
    this.#clock = clock
    this.#devices = new Allowance(rates.device)
    this.#accounts = new Allowance(rates.account)
  }

  /** Lets a request in, which costs what its path costs; or says for how long its device or account has to wait. */
  admit(identity: Identity, path: Path): Refused | null {
    const nowMs = this.#clock()
    const deviceMs = this.#devices.waitMs(deviceOf(identity), nowMs)
    const accountMs = this.#accounts.waitMs(identity.account, nowMs)
    const retryAfterMs = Math.max(deviceMs, accountMs)
    if (retryAfterMs > 0)
      return { code: 'hub.limited', detail: `this ${accountMs > 0 ? 'account' : 'device'} has asked for more than its share`, retryAfterMs }
    this.spend(identity, COST[path])
    return null
  }

  /** What a request that was let in has cost besides. */
  spend(identity: Identity, bytes: number): void {
    const nowMs = this.#clock()
    this.#devices.spend(deviceOf(identity), bytes, nowMs)
    this.#accounts.spend(identity.account, bytes, nowMs)
  }
}

/** A list of two: no name can be made to look like another pair. */
const deviceOf = ({ account, device = '' }: Identity): string => JSON.stringify([account, device])
