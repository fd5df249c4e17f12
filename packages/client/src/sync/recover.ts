/**
 * What device and hub disagree on, mended: each code of class `state` has its remedy on the device. The scheduler lets the space go
 * on after `resumed`, more slowly each time that the same is needed again.
 */
import type { SchedulerEffect, SchedulerEvent } from '@tombolo/core'
import type { Session } from './session.ts'

type Recover = Extract<SchedulerEffect, { type: 'recover' }>

export function recover(session: Session, { space, code }: Recover): readonly SchedulerEvent[] {
  const problem = session.problems.get(space)
  session.problems.delete(space)
  return [...remedy(session, code, problem?.epoch), { type: 'resumed', space }]
}

function remedy(session: Session, code: string | null, epoch: string | undefined): readonly SchedulerEvent[] {
  switch (code) {
    // Gap, fork, and an id that is not ours: one remedy [P2].
    case 'push.gap':
    case 'push.fork':
    case 'replica.foreign':
      session.store.startNewChain()
      return []
    // Without the epoch the next hello tells it.
    case 'epoch':
      return epoch === undefined ? [] : session.enterEpoch(epoch)
    default:
      return []
  }
}
