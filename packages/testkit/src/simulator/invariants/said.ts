/**
 * I-SAID: what the hub answers agrees with what it has committed. A verdict that is repeated is the one that was given, what comes again with
 * its receipt counts with its times, and nothing is called durable of which a copy may be put back that lacks it.
 */
import { decodePushAnswer, decodePushRequest, type Json, type Receipt, intentOfName, type Verdict } from '@tombolo/core'
import { holds } from '../broken.ts'
import type { SpaceLedger } from '../hub/ledger.ts'

/** What may still refuse a change that was accepted once. */
const REFUSING: ReadonlySet<string> = new Set(['record.gone', 'intent.reused', 'hub.fault'])

/** What the hub has committed. */
export interface Committed {
  /** Whether copies of another history may still be put back. */
  readonly isRestorable: (epoch: string) => boolean
  readonly space: (space: string) => SpaceLedger | undefined
}

export function saysWhatIsSo(request: Json, answer: Json, { isRestorable, space: spaceOf }: Committed): void {
  const [asked, said] = [decodePushRequest(request), decodePushAnswer(answer)]
  if (!asked.ok || !said.ok) return
  const { durableThrough, epoch, space, verdicts } = said.value
  holds(durableThrough === 0 || !isRestorable(epoch), 'I-SAID', () => `${space} is called durable through ${durableThrough} in a new epoch`)
  const ledger = spaceOf(space)
  for (const [index, verdict] of verdicts.entries()) {
    if (ledger !== undefined) isRepeated(verdict, ledger)
    const change = asked.value.changes[index]
    if (change !== undefined && change.receipt !== null && !change.park) keepsTimes(verdict, change.receipt)
  }
}

function isRepeated({ attempt, contentHash, name, type }: Verdict, { verdicts }: SpaceLedger): void {
  const given = verdicts.get(intentOfName(name))
  if (given === undefined || given.contentHash !== contentHash) return
  const isSame = given.attempt === attempt && given.outcome.type === type
  holds(isSame, 'I-SAID', () => `${name} is called ${type} at attempt ${attempt}, and was judged ${given.outcome.type} at ${given.attempt}`)
}

function keepsTimes(verdict: Verdict, sent: Receipt): void {
  const { name } = verdict
  if (verdict.type === 'rejected') return holds(REFUSING.has(verdict.code), 'I-SAID', () => `${name} has a receipt and is ${verdict.code}`)
  const { effectiveStamp } = verdict.receipt
  const told = (): string => `${name} came again with a receipt, and counts at ${effectiveStamp} in place of ${sent.effectiveStamp}`
  holds(effectiveStamp === sent.effectiveStamp, 'I-SAID', told)
}
