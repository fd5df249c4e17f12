/**
 * What a seed stands for: who is there, for how long, over which networks, and what may go wrong. A plan is data: it is printed with a
 * failure, and made smaller until what is left is needed to fail.
 */
import type { App, Release } from './app.ts'
import { type Fault, FAULT_NAMES } from './faults.ts'
import { PROFILES, type ProfileName } from './network/profiles.ts'
import { diceOf } from './random.ts'

export interface DevicePlan {
  readonly name: string
  readonly account: string
  readonly profile: ProfileName
  /** The platform says when there is a network, as browsers do. */
  readonly hints: boolean
  /** Its person lets it send over Wi-Fi only, and read over anything. */
  readonly isFrugal: boolean
  /** A proxy on its way lets no sockets through. */
  readonly isSocketless: boolean
  /** The database is in memory, so that only the mirror of the outbox outlives a page: a browser that refuses files. */
  readonly mirrored: boolean
  /** More than one: a browser, whose tabs share the store. */
  readonly tabs: number
  /** The release of the app in the beginning. */
  readonly appVersion: Release
}

export interface Plan {
  readonly seed: number
  readonly days: number
  readonly devices: readonly DevicePlan[]
  readonly spacesPerAccount: number
  readonly editsPerDay: number
  /** The share of exchanges that go through HTTP as it is shipped; those hit by a fault of HTTP always do. */
  readonly httpShare: number
  /** Faults that may happen; about half of all. */
  readonly faults: readonly Fault[]
  /** Scales how often they happen. */
  readonly intensity: number
  /** The day on which the hub begins to serve the newest release of the app; null: it does from the start. */
  readonly upgradeDay: number | null
  /** Devices ask for pages of at most so many bytes: with what people write in a few days, shipped pages would nearly always be one. */
  readonly pageBytes: number
}

const DAYS = [2, 2, 2, 3]
const TABS = [1, 1, 1, 1, 2, 3]
const PAGE_BYTES = [2_000, 500_000]
const INTENSITIES = [1, 1, 2, 4]

export function planOf({ isUpgraded }: Pick<App, 'isUpgraded'>, seed: number): Plan {
  const dice = diceOf(seed, 'plan')
  const proxies = diceOf(seed, 'proxies')
  const days = dice.pick(DAYS)
  const upgrades = dice.chance(0.4) && isUpgraded
  const accounts = dice.chance(0.3) ? ['ann', 'bob'] : ['ann']
  const profiles = Object.keys(PROFILES) as ProfileName[]
  const devices = accounts.flatMap((account) =>
    Array.from({ length: dice.pick([2, 2, 3, 4]) }, (_, index) => ({
      name: `${account}-${index + 1}`,
      account,
      profile: dice.pick(profiles),
      hints: dice.chance(0.6),
      isFrugal: dice.chance(0.4),
      isSocketless: proxies.chance(0.4),
      mirrored: dice.chance(0.25),
      tabs: dice.pick(TABS),
      appVersion: upgrades ? (1 as const) : (2 as const),
    })),
  )
  return {
    seed,
    days,
    devices,
    spacesPerAccount: dice.pick([1, 1, 2]),
    editsPerDay: dice.pick([60, 65, 75]),
    httpShare: 0.02,
    faults: FAULT_NAMES.filter(() => dice.chance(0.5)),
    intensity: dice.pick(INTENSITIES),
    upgradeDay: upgrades ? 1 + dice.below(days - 1) : null,
    pageBytes: dice.pick(PAGE_BYTES),
  }
}
