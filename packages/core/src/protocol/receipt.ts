/**
 * Receipts: the hub's proof that it accepted a change, with the times it gave it [P6]. A hub that was restored from an old backup takes a
 * change back by its receipt, and merges it just as it was merged the first time.
 *
 * Bound to everything that must not be exchanged: the space, the intent, the content, the author's account, and what merging reads beside
 * the content. Not bound to the epoch, the version, the replica or the attempt, which a restored hub does not share: a receipt
 * must outlive them.
 */
import { canonicalJson } from '../canonical.ts'
import type { Receipt } from '../change.ts'
import type { ContentHash, Intent, SpaceId } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import { isSignedBy, type Mac, sign } from './mac.ts'

/** The change that was accepted, and from whom. The hub takes the account from the session, never from the message. */
export interface ReceiptSubject {
  readonly space: SpaceId
  readonly intent: Intent
  readonly contentHash: ContentHash
  readonly account: string
}

/** What the hub decided about the change's time. */
export interface ReceiptTimes {
  readonly effectiveStamp: Stamp
  readonly hubStamp: Stamp
  readonly unverified: boolean
}

/** The text that is signed, in UTF-8. */
export function receiptText({ space, intent, contentHash, account }: ReceiptSubject, times: ReceiptTimes): string {
  const { effectiveStamp, hubStamp, unverified } = times
  return `tombolo receipt\n${canonicalJson([space, intent, contentHash, account, effectiveStamp, hubStamp, unverified ? 1 : 0])}`
}

/** The proof that a change was accepted, at these times. */
export function signReceipt(mac: Mac, subject: ReceiptSubject, times: ReceiptTimes): Receipt {
  const { effectiveStamp, hubStamp, unverified } = times
  const receipt = { effectiveStamp, hubStamp, mac: sign(mac, receiptText(subject, times)) }
  return unverified ? { ...receipt, unverified } : receipt
}

/** Is the receipt this hub's, for just this change? */
export function verifyReceipt(mac: Mac, subject: ReceiptSubject, receipt: Receipt): boolean {
  const { effectiveStamp, hubStamp, unverified } = receipt
  return isSignedBy(mac, receiptText(subject, { effectiveStamp, hubStamp, unverified: unverified ?? false }), receipt.mac)
}
