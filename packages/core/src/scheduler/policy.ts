/**
 * Decides what may leave the device now [S5]: a table of conditions × lanes → send | wait(reason). The first rule that applies gives the
 * reason.
 *
 *   sign-in, offline            hold every lane; nothing overrides them
 *   wifi-only … weak-signal     hold the lanes whose policy says so; a person's 'Send now' overrides them
 *
 * A condition that the platform does not report (the battery outside Chromium) is `unknown` and holds nothing, unless a policy asks for
 * that. A policy holds a whole lane: of a chain it holds the unsent suffix, never a part in the middle.
 */
import type { Lane } from './lane.ts'
import { DAY_MS } from './limits.ts'
import { type Signal, TEMPO } from './signal.ts'

/** Why something has not left the device. Stable: screens and telemetry know these words. */
export type WaitReason =
  /** No valid answer of the hub. */
  | 'offline'
  | 'sign-in'
  /** The hub refuses this version of the app. */
  | 'app.older'
  /** This app is newer than its hub. */
  | 'hub.older'
  /** The hub does not know the invitation yet by which this device has joined. */
  | 'join'
  /** The account may not write here. */
  | 'permission'
  /** The hub refused the request as such; a person must look. */
  | 'refused'
  /** Device and hub disagree on their history; being mended. */
  | 'recovery'
  /** The hub asked for time. */
  | 'busy'
  /** The last attempt failed; the next is set. */
  | 'retry'
  /** Other exchanges go first; there is no further wait. */
  | 'turn'
  /** The person is still typing; the change is sealed after a pause. */
  | 'typing'
  /** Not marked ready by its author. */
  | 'draft'
  | 'wifi-only'
  | 'metered'
  | 'save-data'
  | 'battery'
  | 'hours'
  | 'weak-signal'

export type Told<T> = T | 'unknown'

/** The conditions of the device, as the platform reports them. */
export interface Conditions {
  readonly wifi: Told<boolean>
  readonly metered: Told<boolean>
  readonly saveData: Told<boolean>
  /** `level` from 0 to 1. */
  readonly battery: Told<{ readonly level: number; readonly charging: boolean }>
  /** A local midnight, in milliseconds of the shell's clock; which one does not matter. */
  readonly midnightAt: Told<number>
}

/** The conditions on a platform that reports nothing. */
export const UNKNOWN_CONDITIONS: Conditions = {
  wifi: 'unknown',
  metered: 'unknown',
  saveData: 'unknown',
  battery: 'unknown',
  midnightAt: 'unknown',
}

/** A policy's answer for one condition. */
export type Stance = 'send' | 'wait'

/** Minutes of the local day, 0 to 1439; `fromMinute` > `toMinute` spans midnight. */
export interface Hours {
  readonly fromMinute: number
  readonly toMinute: number
}

/** When one lane may send. */
export interface LanePolicy {
  readonly wifiOnly: boolean
  readonly whenMetered: Stance
  readonly whenSaveData: Stance
  /** Waits at or below this level (0 to 1) unless charging; 0: the battery does not matter. */
  readonly batteryAbove: number
  /** Null: at any hour. */
  readonly hours: Hours | null
  readonly whenUnknown: Stance
}

/** When each lane may send. */
export type Policy = Readonly<Record<Lane, LanePolicy>>

const FREELY: LanePolicy = {
  wifiOnly: false,
  whenMetered: 'send',
  whenSaveData: 'send',
  batteryAbove: 0,
  hours: null,
  whenUnknown: 'send',
}

/** Changes are small and always go. Files spare a data plan and a nearly empty battery. */
export const DEFAULT_POLICY: Policy = {
  changes: FREELY,
  files: { ...FREELY, whenMetered: 'wait', whenSaveData: 'wait', batteryAbove: 0.15 },
  jobs: { ...FREELY, batteryAbove: 0.15 },
}

/** The parts of a policy that an app sets; the others keep their defaults. */
export type PolicyChoice = { readonly [L in Lane]?: Partial<LanePolicy> }

/**
 * Completes a policy with defaults.
 * @example policyOf({ changes: { wifiOnly: true } })
 */
export const policyOf = (choice: PolicyChoice): Policy => ({
  changes: { ...DEFAULT_POLICY.changes, ...choice.changes },
  files: { ...DEFAULT_POLICY.files, ...choice.files },
  jobs: { ...DEFAULT_POLICY.jobs, ...choice.jobs },
})

/** The input of a decision. */
export interface Circumstances {
  readonly conditions: Conditions
  /** In milliseconds of the same clock as `midnightAt`. */
  readonly now: number
  readonly signedIn: boolean
  /** The hub answers. */
  readonly reachable: boolean
  readonly signal: Signal
  /** A person said 'Send now' for this lane. */
  readonly sendNow: boolean
}

/** `until`: when the wait ends by itself, or null if something else must happen. */
export type Decision = { readonly type: 'send' } | { readonly type: 'wait'; readonly reason: WaitReason; readonly until: number | null }

interface Rule {
  readonly reason: WaitReason
  readonly yieldsToPerson: boolean
  readonly holds: (lane: Lane, policy: LanePolicy, now: Circumstances) => Told<boolean>
}

const RULES: readonly Rule[] = [
  { reason: 'sign-in', yieldsToPerson: false, holds: (_lane, _policy, now) => !now.signedIn },
  { reason: 'offline', yieldsToPerson: false, holds: (_lane, _policy, now) => !now.reachable },
  { reason: 'wifi-only', yieldsToPerson: true, holds: (_lane, policy, now) => policy.wifiOnly && not(now.conditions.wifi) },
  { reason: 'metered', yieldsToPerson: true, holds: (_lane, policy, now) => policy.whenMetered === 'wait' && now.conditions.metered },
  { reason: 'save-data', yieldsToPerson: true, holds: (_lane, policy, now) => policy.whenSaveData === 'wait' && now.conditions.saveData },
  { reason: 'battery', yieldsToPerson: true, holds: (_lane, policy, now) => policy.batteryAbove > 0 && isLow(policy, now) },
  { reason: 'hours', yieldsToPerson: true, holds: (_lane, policy, now) => policy.hours !== null && isClosed(policy.hours, now) },
  { reason: 'weak-signal', yieldsToPerson: true, holds: (lane, _policy, now) => !TEMPO[now.signal].lanes.includes(lane) },
]

/**
 * Decides whether the lane may send now, and if not, why not and until when.
 * @example
 * const now = { conditions: UNKNOWN_CONDITIONS, now: 0, signedIn: false, reachable: true, signal: 'good', sendNow: false } as const
 * decide(DEFAULT_POLICY, now, 'changes') // { type: 'wait', reason: 'sign-in', until: null }
 */
export function decide(policy: Policy, now: Circumstances, lane: Lane): Decision {
  const held = RULES.find((rule) => !(rule.yieldsToPerson && now.sendNow) && holdsFor(rule, lane, policy[lane], now))
  if (held === undefined) return { type: 'send' }
  return { type: 'wait', reason: held.reason, until: held.reason === 'hours' ? opensAt(policy[lane].hours, now) : null }
}

/** The rules of a lane that this platform cannot evaluate, so that the screen can say so. */
export function blindTo(policy: Policy, now: Circumstances, lane: Lane): readonly WaitReason[] {
  return RULES.filter((rule) => rule.holds(lane, policy[lane], now) === 'unknown').map((rule) => rule.reason)
}

function holdsFor(rule: Rule, lane: Lane, policy: LanePolicy, now: Circumstances): boolean {
  const holds = rule.holds(lane, policy, now)
  return holds === 'unknown' ? policy.whenUnknown === 'wait' : holds
}

function not(value: Told<boolean>): Told<boolean> {
  return value === 'unknown' ? value : !value
}

function isLow(policy: LanePolicy, { conditions: { battery } }: Circumstances): Told<boolean> {
  return battery === 'unknown' ? battery : !battery.charging && battery.level <= policy.batteryAbove
}

function isClosed(hours: Hours, { now, conditions: { midnightAt } }: Circumstances): Told<boolean> {
  if (midnightAt === 'unknown') return midnightAt
  const sinceOpening = timeOfDay(now - midnightAt - minutesMs(hours.fromMinute))
  return sinceOpening >= timeOfDay(minutesMs(hours.toMinute - hours.fromMinute))
}

function opensAt(hours: Hours | null, { now, conditions: { midnightAt } }: Circumstances): number | null {
  if (hours === null || midnightAt === 'unknown') return null
  return now + timeOfDay(minutesMs(hours.fromMinute) - (now - midnightAt))
}

const minutesMs = (minutes: number): number => minutes * 60_000
const timeOfDay = (ms: number): number => ((ms % DAY_MS) + DAY_MS) % DAY_MS
