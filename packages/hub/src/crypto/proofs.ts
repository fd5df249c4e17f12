/** Receipts and cursors, signed with the hub's key, which is kept outside the database, so that they stay valid for a restored one [P6]. */
import { createHmac } from 'node:crypto'
import {
  type Cursor,
  type CursorPlace,
  decodeCursor,
  encodeCursor,
  type Mac,
  type ReceiptSubject,
  type ReceiptTimes,
  verifyReceipt,
} from '@tombolo/core'
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

/** Writes the same text as core's `receiptText`, without building a value first, because it is needed for each change. */
function textOf({ space, intent, contentHash, account }: ReceiptSubject, { effectiveStamp, hubStamp, unverified }: ReceiptTimes): string {
  const said = `"${space}","${intent}","${contentHash}",${JSON.stringify(account)},${effectiveStamp},${hubStamp},${unverified ? 1 : 0}`
  return `tombolo receipt\n[${said}]`
}

/** Recently signed cursors are remembered: a device usually comes back with its last one. */
const RECENT_MAX = 4096

export function cursorsWith(key: Uint8Array): Cursors {
  const mac = macWith(key)
  const sign = hmac128With(key)
  const recent = new Map<Cursor, CursorPlace>()
  const newest = new Map<string, Cursor>()
  return {
    sign(place) {
      const reader = place.space + place.account
      const last = newest.get(reader)
      const lastPlace = last === undefined ? undefined : recent.get(last)
      if (last !== undefined && lastPlace !== undefined && isSamePlace(lastPlace, place)) return last
      const cursor = cursorText(place, sign) ?? encodeCursor(place, mac)
      remember(recent, cursor, place)
      remember(newest, reader, cursor)
      return cursor
    },
    open(cursor) {
      const known = recent.get(cursor)
      if (known !== undefined) return known
      const place = decodeCursor(cursor, mac)
      return place.ok ? place.value : null
    },
  }
}

/** Whether two places are of the same space and reader. */
const isSamePlace = (a: CursorPlace, b: CursorPlace): boolean =>
  a.position === b.position && a.base === b.base && a.tag === b.tag && a.last === b.last && a.epoch === b.epoch

/** Writes the same cursor as core's `encodeCursor`, with Node's base64; null for text that is not ASCII, which core escapes. */
function cursorText({ space, epoch, account, base, position, last, tag }: CursorPlace, sign: (text: string) => string): Cursor | null {
  const text = JSON.stringify([space, epoch, account, base, position, last, tag])
  return /^[ -~]*$/.test(text) ? sign(`tombolo cursor\n${text}`) + Buffer.from(text, 'latin1').toString('base64url') : null
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key)
  const [oldest] = map.size >= RECENT_MAX ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
  map.set(key, value)
}
