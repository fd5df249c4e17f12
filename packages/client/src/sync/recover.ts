/**
 * Resolves disagreements between device and hub: each code of class `state` has its remedy on the device. After `resumed` the scheduler
 * lets the space go on, more slowly each time the same remedy is needed again.
 */
import type { Problem, SchedulerEffect, SchedulerEvent, SpaceId } from '@tombolo/core'
import type { Session } from './session.ts'

type Recover = Extract<SchedulerEffect, { type: 'recover' }>

export function recover(session: Session, { space, code }: Recover): readonly SchedulerEvent[] {
  const problem = session.problems.get(space)
  session.problems.delete(space)
  const events = remedy(session, space, code, problem)
  session.store.hub.checks.expire(space)
  return [...events, { type: 'resumed', space }, session.planned(space)]
}

function remedy(session: Session, space: SpaceId, code: string | null, problem: Problem | undefined): readonly SchedulerEvent[] {
  switch (code) {
    // The hub lost some of its past [P2].
    case 'push.gap':
      session.store.hub.refill()
      return session.toSend()
    // Another copy of this device uses this replica id [P2]; or another account does, before the hub has told this store its own account.
    case 'push.fork':
    case 'replica.foreign':
      session.store.hub.startNewChain()
      return []
    case 'cursor.invalid':
    case 'cursor.expired':
      session.store.hub.readAnew(space)
      return []
    case 'receipt.invalid':
      if (problem?.intent !== undefined) session.store.hub.dropReceipt(problem.intent)
      return []
    // If the problem lacks the epoch, the next hello brings it.
    case 'epoch':
      return problem?.epoch === undefined ? [] : session.enterEpoch(problem.epoch)
    default:
      return []
  }
}
