/** Receipts and cursors, signed with the hub's keys. */
import type { Receipt, SpaceId } from '@tombolo/core'
import type { CursorPlace, Cursors, Received, Receipts, Times } from '../ingest/context.ts'
import type { Mac } from './keys.ts'

export function receiptsWith(mac: Mac): Receipts {
  const macOf = ({ space, contentHash, account }: Received, times: Times): string =>
    mac(JSON.stringify([space, contentHash, account, times.effectiveStamp, times.hubStamp, times.unverified ? 1 : 0]))
  return {
    sign(received, times): Receipt {
      const { effectiveStamp, hubStamp, unverified } = times
      const receipt = { effectiveStamp, hubStamp, mac: macOf(received, times) }
      return unverified ? { ...receipt, unverified } : receipt
    },
    verify: (received, receipt) => macOf(received, { ...receipt, unverified: receipt.unverified ?? false }) === receipt.mac,
  }
}

export function cursorsWith(mac: Mac): Cursors {
  return {
    sign({ space, epoch, base, position, last, tag, account }): string {
      const text = JSON.stringify([space, epoch, base, position, last, tag, account])
      return `${Buffer.from(text).toString('base64url')}.${mac(text)}`
    },
    open(cursor): CursorPlace | null {
      const [body = '', proof] = cursor.split('.')
      const text = Buffer.from(body, 'base64url').toString()
      if (mac(text) !== proof) return null
      const [space, epoch, base, position, last, tag, account] = JSON.parse(text) as [
        SpaceId,
        string,
        number,
        number,
        string | null,
        string,
        string,
      ]
      return { space, epoch, base, position, last, tag, account }
    },
  }
}
