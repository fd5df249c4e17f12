/**
 * Receipts: the hub's proof that it accepted a change, and the times that it assigned [P6]. A hub restored from an old backup accepts a
 * change again by its receipt, and merges it exactly as the first time.
 *
 * A receipt signs everything that must not be swapped: the space, the intent, the content, the author's account, and the times that merging
 * reads. It does not sign the epoch, version, replica or attempt, because a receipt must stay valid at a restored hub, where these differ.
 */
import { canonicalJson } from '../canonical.ts'
import type { Receipt } from '../change.ts'
import type { ContentHash, Intent, SpaceId } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import { isSignedBy, type Mac, sign } from './mac.ts'

/** The accepted change and its author. The hub takes the account from the session, never from the message. */
export interface ReceiptSubject {
  readonly space: SpaceId
  readonly intent: Intent
  readonly contentHash: ContentHash
  readonly account: string
}

/** The times that the hub assigned to the change. */
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

/** Signs the acceptance of a change, with its times. */
export function signReceipt(mac: Mac, subject: ReceiptSubject, times: ReceiptTimes): Receipt {
  const { effectiveStamp, hubStamp, unverified } = times
  const receipt = { effectiveStamp, hubStamp, mac: sign(mac, receiptText(subject, times)) }
  return unverified ? { ...receipt, unverified } : receipt
}

/** Whether this hub signed the receipt, for exactly this change. */
export function verifyReceipt(mac: Mac, subject: ReceiptSubject, receipt: Receipt): boolean {
  const { effectiveStamp, hubStamp, unverified } = receipt
  return isSignedBy(mac, receiptText(subject, { effectiveStamp, hubStamp, unverified: unverified ?? false }), receipt.mac)
}
