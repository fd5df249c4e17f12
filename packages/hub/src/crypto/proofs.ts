/** Receipts and cursors, signed with the hub's key, which lives outside the database: a restored one cannot unsay them [P6]. */
import { createHmac } from 'node:crypto'
import { decodeCursor, encodeCursor, type Mac, type ReceiptSubject, type ReceiptTimes, verifyReceipt } from '@tombolo/core'
import type { Cursors, Receipts } from '../ingest/context.ts'
import { hmac128With } from './keys.ts'

export const macWith =
  (key: Uint8Array): Mac =>
  (bytes) =>
    createHmac('sha256', key).update(bytes).digest()

export function receiptsWith(key: Uint8Array): Receipts {
  const mac = macWith(key)
  const sign = hmac128With(key)
  return {
    sign(received, times) {
      const { effectiveStamp, hubStamp, unverified } = times
      const receipt = { effectiveStamp, hubStamp, mac: sign(textOf(received, times)) }
      return unverified ? { ...receipt, unverified } : receipt
    },
    verify: (received, receipt) => verifyReceipt(mac, received, receipt),
  }
}

/** What core's `receiptText` says, without building a value first: it is said for each change. */
function textOf({ space, intent, contentHash, account }: ReceiptSubject, { effectiveStamp, hubStamp, unverified }: ReceiptTimes): string {
  const said = `"${space}","${intent}","${contentHash}",${JSON.stringify(account)},${effectiveStamp},${hubStamp},${unverified ? 1 : 0}`
  return `tombolo receipt\n[${said}]`
}

export function cursorsWith(key: Uint8Array): Cursors {
  const mac = macWith(key)
  return {
    sign: (place) => encodeCursor(place, mac),
    open(cursor) {
      const place = decodeCursor(cursor, mac)
      return place.ok ? place.value : null
    },
  }
}
