/**
 * I-SAID: what the hub answers agrees with what it has committed. A verdict that is repeated is the one that was given, what comes again with
 * its receipt counts with its times, nothing is called durable of which a copy may be put back that lacks it, and a page goes on from where
 * this very history was read, with nothing forgotten in between.
 */
import {
  type Cursor,
  type CursorPlace,
  decodePullRequest,
  decodePushAnswer,
  decodePushRequest,
  type Json,
  intentOfName,
  type Receipt,
  type SpaceId,
  type Verdict,
} from '@tombolo/core'
import { holds } from '../broken.ts'
import { type SpaceLedger, tagAt } from '../hub/ledger.ts'

/** What may still refuse a change that was accepted once. */
const REFUSING: ReadonlySet<string> = new Set(['record.gone', 'intent.reused', 'hub.fault'])

/** What the hub has committed. */
export interface Committed {
  /** Whether copies of another history may still be put back. */
  readonly isRestorable: (epoch: string) => boolean
  readonly space: (space: string) => SpaceLedger | undefined
  readonly nowMs: () => number
  /** Where a cursor stands. */
  readonly place: (cursor: Cursor) => CursorPlace | null
}

/** `request`: a pull that was answered with a page. */
export function goesOnFrom(request: Json, { place: placeOf, space: spaceOf }: Committed, horizonOf: (space: SpaceId) => Horizon): void {
  const asked = decodePullRequest(request)
  if (!asked.ok || asked.value.cursor === null) return
  const { cursor, space } = asked.value
  const [place, ledger] = [placeOf(cursor), spaceOf(space)]
  if (place === null || ledger === undefined) return
  const { base, position, tag } = place
  const horizon = horizonOf(space)
  holds(
    base === 0 || base >= horizon.asked,
    'I-SAID',
    () => `${space} is read on from ${base}, and all up to ${horizon.asked} is forgotten`,
  )
  const isRead = position === 0 || position < horizon.now || tagAt(ledger, position) === tag
  holds(isRead, 'I-SAID', () => `${space} is read on from ${position} of another history`)
}

/** Up to which version a space has forgotten what was deleted: when it was asked, and when it answered. */
export interface Horizon {
  readonly asked: number
  readonly now: number
}

export function saysWhatIsSo(request: Json, answer: Json, { isRestorable, nowMs, space: spaceOf }: Committed): void {
  const [asked, said] = [decodePushRequest(request), decodePushAnswer(answer)]
  if (!asked.ok || !said.ok) return
  const { durableThrough, epoch, space, verdicts } = said.value
  holds(durableThrough === 0 || !isRestorable(epoch), 'I-SAID', () => `${space} is called durable through ${durableThrough} in a new epoch`)
  const ledger = spaceOf(space)
  for (const [index, verdict] of verdicts.entries()) {
    if (ledger !== undefined) isRepeated(verdict, ledger, nowMs())
    const change = asked.value.changes[index]
    if (change === undefined || change.receipt === null || change.park) continue
    // Where somebody else has sent it before, without its receipt, it was judged as new, and what is applied stays so.
    const given = ledger?.verdicts.get(change.content.intent)
    if (given?.replica === asked.value.replica && given.n === change.n) keepsTimes(verdict, change.receipt)
    else if (verdict.type === 'rejected') mayRefuse(verdict)
  }
}

function isRepeated({ attempt, contentHash, name, type }: Verdict, { judgedMs, verdicts }: SpaceLedger, nowMs: number): void {
  const intent = intentOfName(name)
  const given = verdicts.get(intent)
  if (given === undefined || given.contentHash !== contentHash) return
  // Pushes that came together are committed together, and the one that is answered first may have been refused what the next was given.
  const isNew = judgedMs.get(intent) === nowMs
  if (isNew && type === 'rejected' && (given.outcome.type === 'applied' || given.attempt > attempt)) return
  const isSame = given.attempt === attempt && given.outcome.type === type
  holds(isSame, 'I-SAID', () => `${name} is called ${type} at attempt ${attempt}, and was judged ${given.outcome.type} at ${given.attempt}`)
}

const mayRefuse = ({ code, name }: Extract<Verdict, { type: 'rejected' }>): void =>
  holds(REFUSING.has(code), 'I-SAID', () => `${name} has a receipt and is ${code}`)

function keepsTimes(verdict: Verdict, sent: Receipt): void {
  const { name } = verdict
  if (verdict.type === 'rejected') return mayRefuse(verdict)
  const { effectiveStamp } = verdict.receipt
  const told = (): string => `${name} came again with a receipt, and counts at ${effectiveStamp} in place of ${sent.effectiveStamp}`
  holds(effectiveStamp === sent.effectiveStamp, 'I-SAID', told)
}
