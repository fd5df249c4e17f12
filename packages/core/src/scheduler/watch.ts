/**
 * The watchdog of the queue: finds work that may go and gets nowhere, and starts it afresh. Nothing may wait in silence.
 *
 *   stalled   a push or pull that is wanted or under way, that nothing holds back (a network, a sign-in, a policy), and that has made no
 *             progress for ten minutes, or in eight tries
 *   remedy    once an hour: what is under way is given up, the live socket is closed, changes go one at a time, and at once
 *
 * A loop without progress is no progress: the same cursor again and again, or the same remedy.
 */
import type { SpaceId } from '../ids.ts'
import type { SchedulerEffect } from './events.ts'
import { REMEDIES_MAX, RESTART_EVERY_MS, STALL_MS, STALL_TRIES } from './limits.ts'
import { closeLive } from './live.ts'
import { decide } from './policy.ts'
import { inOrder, isInFlight, type Need, onShellClock, type SchedulerState, type SpaceState, type Step, updateSpace } from './state.ts'
import { circumstances } from './when.ts'

/** Work of one space that gets nowhere. */
export interface Stalled {
  readonly space: SpaceId
  readonly doing: 'push' | 'pull'
  /** At least since then, in milliseconds of the shell's clock. */
  readonly since: number
  /** Attempts in a row. */
  readonly tries: number
  /** The last problem: its code, or the class of failures; null: no answer was understood as one. */
  readonly problem: string | null
}

/** Notes since when work is stuck, and starts afresh what is stalled. */
export function watch(state: SchedulerState): Step {
  const mayGo = mayGoNow(state)
  const noted = { ...state, spaces: state.spaces.map((known) => notedIn(state, known, mayGo)) }
  const due = noted.spaces.filter((known) => isStalled(noted, known) && isRestartDue(noted, known))
  return inOrder(
    noted,
    ...due.map(
      ({ space }) =>
        (before: SchedulerState) =>
          startAfresh(before, space),
    ),
  )
}

/** What is stalled now, the longest first. */
export function stalledOf(state: SchedulerState): readonly Stalled[] {
  const stalled = state.spaces.flatMap((known) => DOING.flatMap((doing) => stalledIn(state, known, doing)))
  return stalled.toSorted((a, b) => a.since - b.since)
}

const DOING = ['push', 'pull'] as const

/** Whether nothing holds back what changes wait for. What only reads is held back by less. */
const mayGoNow = (state: SchedulerState): boolean =>
  state.running && state.hub.blockedUntil === null && decide(state.policy, circumstances(state, 'changes'), 'changes').type === 'send'

function notedIn(state: SchedulerState, known: SpaceState, mayGo: boolean): SpaceState {
  const noted = (doing: 'push' | 'pull'): Need => {
    const need = known[doing]
    const isAtWork = need.wanted || isInFlight(state, { type: doing, space: known.space })
    const stuckSince = isAtWork && mayGo ? (need.stuckSince ?? state.now) : null
    return stuckSince === need.stuckSince ? need : { ...need, stuckSince }
  }
  const [push, pull] = [noted('push'), noted('pull')]
  return push === known.push && pull === known.pull ? known : { ...known, push, pull }
}

const isStalled = (state: SchedulerState, known: SpaceState): boolean => DOING.some((doing) => stalledIn(state, known, doing).length > 0)

function stalledIn(state: SchedulerState, known: SpaceState, doing: 'push' | 'pull'): readonly Stalled[] {
  const { stuckSince, failures, problem, why } = known[doing]
  if (stuckSince === null) return []
  const isLooping = why === 'recovery' && known.remedies.length >= REMEDIES_MAX
  const isOld = state.now - stuckSince >= STALL_MS
  if (!isOld && !isLooping && failures < STALL_TRIES) return []
  return [{ space: known.space, doing, since: onShellClock(state, stuckSince), tries: failures, problem }]
}

const isRestartDue = ({ now }: SchedulerState, { restartedAt, push, pull }: SpaceState): boolean =>
  (restartedAt === null || now - restartedAt >= RESTART_EVERY_MS) && [push, pull].every(({ why }) => why === 'retry')

/** Gives up what is under way in the space, and the socket that it may travel over; then the smallest push goes, or the pull, at once. */
function startAfresh(state: SchedulerState, space: SpaceId): Step {
  const isOurs = ({ task }: SchedulerState['inFlight'][number]): boolean => 'space' in task && task.space === space
  const given = state.inFlight.filter(isOurs)
  const wanted = (doing: 'push' | 'pull', need: Need): Need => ({
    ...need,
    wanted: need.wanted || given.some(({ task }) => task.type === doing),
    until: Math.min(need.until, state.now),
  })
  const fresh = updateSpace({ ...state, inFlight: state.inFlight.filter((exchange) => !isOurs(exchange)) }, space, (known) => ({
    ...known,
    push: wanted('push', known.push),
    pull: wanted('pull', known.pull),
    maxChanges: 1,
    restartedAt: state.now,
  }))
  const effects = given.map<SchedulerEffect>(({ id }) => ({ type: 'abort', id }))
  return inOrder(fresh, (before) => ({ state: before, effects }), closeLive)
}
