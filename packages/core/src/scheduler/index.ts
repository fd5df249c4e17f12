/** When to talk to the hub, and how: the scheduler's public surface. Start reading in scheduler.ts. */
export { retryAfterMs } from './backoff.ts'
export type { Connection, ExchangeFailed, ExchangeSucceeded, Head, Moment, SchedulerEffect, SchedulerEvent } from './events.ts'
export { type About, type Failure, failureOf, HUB_OLDER, type Outcome } from './failure.ts'
export type { Lane } from './lane.ts'
export {
  blindTo,
  type Circumstances,
  type Conditions,
  decide,
  type Decision,
  DEFAULT_POLICY,
  type Hours,
  type LanePolicy,
  type Policy,
  type PolicyChoice,
  policyOf,
  type Stance,
  UNKNOWN_CONDITIONS,
  type WaitReason,
} from './policy.ts'
export { schedule } from './scheduler.ts'
export { observe, type Observed, type Signal, type SignalState } from './signal.ts'
export { type Beginning, initialScheduler, type Reach, type SchedulerState } from './state.ts'
export { blindSpots, connectionOf, nextTryAt, type Waiting, waitingOf, waitingOfLane } from './status.ts'
export { type Stalled, stalledOf } from './watch.ts'
