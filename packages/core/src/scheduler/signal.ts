/**
 * The signal has four levels [S6]: `none | poor | fair | good`. It is measured from the last exchanges, never read from the platform.
 *
 *   none ──(any valid answer: judged by it alone)──► poor or fair
 *   poor ◄──► fair ◄──► good        down one step after 2 worse exchanges in a row, up one after 3 that are better by a margin
 *   any ──(3 exchanges without an answer in a row)──► none
 *
 * A refusal counts like any other answer: only its time and size matter. Small exchanges measure the round trip, large ones the goodput.
 */
import type { Lane } from './lane.ts'

/** The quality of the line, as measured from exchanges. */
export type Signal = 'none' | 'poor' | 'fair' | 'good'

/** The measurement from one exchange. `bytes`: sent and received, as transferred over the wire. */
export type Observed = { readonly type: 'answered'; readonly bytes: number; readonly durationMs: number } | { readonly type: 'unanswered' }

/** The measurements of the line. */
export interface SignalState {
  readonly level: Signal
  /** Smoothed. Null until measured. */
  readonly roundTripMs: number | null
  /** Smoothed. Null until measured. */
  readonly bytesPerSecond: number | null
  /** Smoothed share of exchanges without an answer, 0 to 1. */
  readonly failing: number
  /** Exchanges without an answer in a row. */
  readonly unanswered: number
  /** Exchanges in a row that asked for a better (positive) or a worse (negative) level. */
  readonly streak: number
}

/** The state before any measurement: small batches, but a socket may be tried. */
export const UNMEASURED: SignalState = { level: 'fair', roundTripMs: null, bytesPerSecond: null, failing: 0, unanswered: 0, streak: 0 }

/** The settings for one level. */
export interface Tempo {
  /** A push holds at most this, or one change. */
  readonly pushBytes: number
  readonly pageBytes: number
  /** Bytes of a file sent in one exchange. Changes wait behind one such part at most. */
  readonly partBytes: number
  /** An exchange without an answer by then is abandoned and sent again. Long enough for the bytes above at the level's worst goodput. */
  readonly timeoutMs: number
  /** Pulls at the same time. */
  readonly fanOut: number
  /** Whether to keep a live socket open. */
  readonly live: boolean
  readonly lanes: readonly Lane[]
}

const KIB = 1024
const POOR: Tempo = {
  pushBytes: 16 * KIB,
  pageBytes: 32 * KIB,
  partBytes: 16 * KIB,
  timeoutMs: 60_000,
  fanOut: 1,
  live: false,
  lanes: ['changes'],
}

export const TEMPO: Readonly<Record<Signal, Tempo>> = {
  none: POOR,
  poor: POOR,
  fair: {
    pushBytes: 64 * KIB,
    pageBytes: 128 * KIB,
    partBytes: 128 * KIB,
    timeoutMs: 45_000,
    fanOut: 2,
    live: true,
    lanes: ['changes', 'files', 'jobs'],
  },
  good: {
    pushBytes: 512 * KIB,
    pageBytes: 512 * KIB,
    partBytes: 1024 * KIB,
    timeoutMs: 30_000,
    fanOut: 4,
    live: true,
    lanes: ['changes', 'files', 'jobs'],
  },
}

interface Floor {
  readonly roundTripMs: number
  readonly bytesPerSecond: number
  readonly failing: number
}

/** The bounds between 3G and 4G, and between 2G and 3G, of the Network Information API. */
const GOOD_FLOOR: Floor = { roundTripMs: 270, bytesPerSecond: 87_500, failing: 0.2 }
const FAIR_FLOOR: Floor = { roundTripMs: 1400, bytesPerSecond: 8_750, failing: 0.5 }

/** Up to this size an exchange measures the round trip, above it the goodput. */
const SMALL_BYTES: number = 8 * KIB
const NEWEST_WEIGHT = 0.3
/** To rise, a measure must be this much better than the bound: no flutter on the edge. */
const RISE_MARGIN = 1.25
const RISE_AFTER = 3
const FALL_AFTER = 2
const NONE_AFTER = 3

const LEVELS: readonly Signal[] = ['none', 'poor', 'fair', 'good']

/** Updates the measurements after one more exchange. */
export function observe(state: SignalState, exchange: Observed): SignalState {
  if (exchange.type === 'unanswered') return afterSilence(state)
  return state.level === 'none' ? anew(exchange.bytes, exchange.durationMs) : settle(measured(state, exchange.bytes, exchange.durationMs))
}

function afterSilence(state: SignalState): SignalState {
  const next = { ...state, failing: smooth(state.failing, 1), unanswered: state.unanswered + 1 }
  return next.unanswered >= NONE_AFTER ? { ...next, level: 'none', streak: 0 } : settle(next)
}

/** The state when the line is back: only the first answer decides, since earlier measurements no longer apply. */
function anew(bytes: number, durationMs: number): SignalState {
  const fresh = measured(UNMEASURED, bytes, durationMs)
  return { ...fresh, level: meets(fresh, FAIR_FLOOR, 1) ? 'fair' : 'poor' }
}

function measured(state: SignalState, bytes: number, durationMs: number): SignalState {
  const answered = { ...state, failing: smooth(state.failing, 0), unanswered: 0 }
  if (bytes <= SMALL_BYTES) return { ...answered, roundTripMs: smooth(state.roundTripMs, durationMs) }
  const movingMs = Math.max(durationMs - (state.roundTripMs ?? 0), 1)
  return { ...answered, bytesPerSecond: smooth(state.bytesPerSecond, (bytes * 1000) / movingMs) }
}

function smooth(old: number | null, newest: number): number {
  return old === null ? newest : old + NEWEST_WEIGHT * (newest - old)
}

function settle(state: SignalState): SignalState {
  const wish = Math.sign(LEVELS.indexOf(wishedLevel(state)) - LEVELS.indexOf(state.level))
  const streak = wish === 0 || Math.sign(state.streak) === -wish ? wish : state.streak + wish
  if (streak < RISE_AFTER && streak > -FALL_AFTER) return { ...state, streak }
  return { ...state, level: LEVELS[LEVELS.indexOf(state.level) + wish] ?? state.level, streak: 0 }
}

function wishedLevel(state: SignalState): Signal {
  if (meets(state, GOOD_FLOOR, state.level === 'good' ? 1 : RISE_MARGIN)) return 'good'
  if (meets(state, FAIR_FLOOR, state.level === 'poor' ? RISE_MARGIN : 1)) return 'fair'
  return 'poor'
}

/** Whether the line meets a floor. A missing measurement counts as met. */
function meets(state: SignalState, floor: Floor, margin: number): boolean {
  return (
    (state.roundTripMs === null || state.roundTripMs * margin <= floor.roundTripMs) &&
    (state.bytesPerSecond === null || state.bytesPerSecond >= floor.bytesPerSecond * margin) &&
    state.failing * margin <= floor.failing
  )
}
