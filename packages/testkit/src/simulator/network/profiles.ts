/** Signal as it is in the field. Latency is one way; signal comes and goes in windows whose lengths have these means. */
export interface Profile {
  readonly latencyMs: number
  readonly jitterMs: number
  readonly bytesPerMs: number
  /** The share of messages of which a packet is lost, and sent again by the network. */
  readonly loss: number
  readonly upMeanMs: number
  readonly downMeanMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export type ProfileName = 'wifi' | '2G' | 'satellite' | 'lossy' | 'windows'

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  wifi: { latencyMs: 15, jitterMs: 10, bytesPerMs: 2000, loss: 0.001, upMeanMs: 2 * HOUR_MS, downMeanMs: 5 * HOUR_MS },
  '2G': { latencyMs: 350, jitterMs: 300, bytesPerMs: 5, loss: 0.05, upMeanMs: 20 * MINUTE_MS, downMeanMs: 2 * HOUR_MS },
  satellite: { latencyMs: 700, jitterMs: 50, bytesPerMs: 60, loss: 0.02, upMeanMs: 30 * MINUTE_MS, downMeanMs: 3 * HOUR_MS },
  lossy: { latencyMs: 80, jitterMs: 80, bytesPerMs: 100, loss: 0.3, upMeanMs: 40 * MINUTE_MS, downMeanMs: 2 * HOUR_MS },
  windows: { latencyMs: 120, jitterMs: 100, bytesPerMs: 40, loss: 0.05, upMeanMs: 20_000, downMeanMs: 25 * MINUTE_MS },
}

/** What everyone has once nothing goes wrong any more. */
export const HEALED: Profile = { latencyMs: 15, jitterMs: 5, bytesPerMs: 2000, loss: 0, upMeanMs: Infinity, downMeanMs: 0 }
