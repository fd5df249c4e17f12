import {
  chainHashOf,
  type ChainHash,
  contentHashOf,
  encodeCursor,
  type Intent,
  receiptText,
  signReceipt,
  type SpaceId,
  type Stamp,
  verifyReceipt,
} from '@tombolo/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashes, sha256 } from './keys.ts'
import { cursorsWith, macWith, receiptsWith } from './proofs.ts'

/** Everything that people write, lone surrogates included. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })
const anyStamp = fc.nat().map((stamp) => stamp as Stamp)

describe('quick hashing', () => {
  it('[P2] gives what core gives', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, n, attempt) => {
        const content = contentHashOf(sha256, text)
        expect(hashes.content(text)).toBe(content)
        const previous = hashes.content(`before ${text}`) as string as ChainHash
        expect(hashes.chain(previous, n, attempt, content)).toBe(chainHashOf(sha256, previous, n, attempt, content))
      }),
    )
  })
})

describe('receipts', () => {
  it('[P6] are what core signs, and hold for nothing else', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 100 }),
        anyText,
        anyStamp,
        anyStamp,
        fc.boolean(),
        (key, account, effectiveStamp, hubStamp, unverified) => {
          const subject = { space: 'a' as SpaceId, intent: 'b' as Intent, contentHash: hashes.content(account), account }
          const times = { effectiveStamp, hubStamp, unverified }
          const receipts = receiptsWith(key)
          const receipt = receipts.sign(subject, times)
          expect(receipt).toEqual(signReceipt(macWith(key), subject, times))
          expect(verifyReceipt(macWith(key), subject, receipt)).toBe(true)
          expect(receipts.verify({ ...subject, account: `${account}x` }, receipt)).toBe(false)
          expect(receipts.verify(subject, { ...receipt, hubStamp: (hubStamp + 1) as Stamp })).toBe(false)
        },
      ),
    )
  })

  it('[P6] of long accounts are signed as well', () => {
    const key = new Uint8Array(32).fill(3)
    const subject = { space: 'a' as SpaceId, intent: 'b' as Intent, contentHash: hashes.content(''), account: 'ä'.repeat(5000) }
    const times = { effectiveStamp: 1 as Stamp, hubStamp: 2 as Stamp, unverified: false }
    expect(receiptText(subject, times).length).toBeGreaterThan(4096)
    expect(receiptsWith(key).sign(subject, times)).toEqual(signReceipt(macWith(key), subject, times))
  })
})

describe('cursors', () => {
  it('[Q3] are opened by the key that signed them only', () => {
    const place = {
      space: '018f0000-0000-7000-8000-000000000000' as SpaceId,
      epoch: 'e',
      account: 'ann',
      base: 1,
      position: 2,
      last: 'x',
      tag: 't',
    }
    const cursor = cursorsWith(new Uint8Array(32).fill(1)).sign(place)
    expect(cursorsWith(new Uint8Array(32).fill(1)).open(cursor)).toEqual(place)
    expect(cursorsWith(new Uint8Array(32).fill(2)).open(cursor)).toBeNull()
  })

  it('[Q3] are what core signs, and opened whether they are remembered or not', () => {
    const key = new Uint8Array(32).fill(5)
    const cursors = cursorsWith(key)
    const anyPlace = fc.record({
      space: fc.uuid().map((id) => id as SpaceId),
      epoch: fc.string(),
      account: fc.string({ unit: 'binary' }),
      base: fc.nat(),
      position: fc.nat(),
      last: fc.option(fc.string()),
      tag: fc.string(),
    })
    fc.assert(
      fc.property(anyPlace, (place) => {
        const cursor = cursors.sign(place)
        expect(cursor).toBe(encodeCursor(place, macWith(key)))
        expect(cursors.sign({ ...place })).toBe(cursor)
        expect(cursors.open(cursor)).toEqual(place)
        expect(cursorsWith(key).open(cursor)).toEqual(place)
        expect(cursors.sign({ ...place, position: place.position + 1 })).not.toBe(cursor)
      }),
    )
  })
})
