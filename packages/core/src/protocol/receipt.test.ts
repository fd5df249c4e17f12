import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ContentHash, Intent, SpaceId } from '../ids.ts'
import type { Stamp } from '../stamp.ts'
import type { Mac } from './mac.ts'
import { type ReceiptSubject, signReceipt, verifyReceipt } from './receipt.ts'

const macOf =
  (key: string): Mac =>
  (bytes) =>
    createHmac('sha256', key).update(bytes).digest()
const mac = macOf('a key outside the database')
const SUBJECT: ReceiptSubject = {
  space: '01890000-0000-7000-8000-000000000001' as SpaceId,
  intent: 'AAAAAAAAAAAAAA' as Intent,
  contentHash: 'BBBBBBBBBBBBBBBBBBBBBB' as ContentHash,
  account: 'ana',
}
const TIMES = { effectiveStamp: 1024 as Stamp, hubStamp: 2048 as Stamp, unverified: false }
const receipt = signReceipt(mac, SUBJECT, TIMES)

test('[P6] a receipt proves what the hub accepted, in 128 bits', () => {
  expect(receipt).toEqual({ effectiveStamp: 1024, hubStamp: 2048, mac: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/) as string })
  expect(verifyReceipt(mac, SUBJECT, receipt)).toBe(true)
  const unverified = signReceipt(mac, SUBJECT, { ...TIMES, unverified: true })
  expect([unverified.unverified, verifyReceipt(mac, SUBJECT, unverified)]).toEqual([true, true])
})

test.each([
  ['space', { space: '01890000-0000-7000-8000-000000000002' as SpaceId }],
  ['intent', { intent: 'AAAAAAAAAAAAAB' as Intent }],
  ['content', { contentHash: 'BBBBBBBBBBBBBBBBBBBBBC' as ContentHash }],
  ['account', { account: 'bo' }],
])('[P6] a receipt does not go with another %s', (_, other) => {
  expect(verifyReceipt(mac, { ...SUBJECT, ...other }, receipt)).toBe(false)
})

test.each([
  ['an earlier effective stamp', { ...receipt, effectiveStamp: 1023 as Stamp }],
  ['an earlier hub stamp', { ...receipt, hubStamp: 2047 as Stamp }],
  ['a doubt that was not there', { ...receipt, unverified: true as const }],
  ['no signature', { ...receipt, mac: '' }],
  ['a longer signature', { ...receipt, mac: `${receipt.mac}A` }],
])('[P6] a receipt with %s is none', (_, forged) => {
  expect(verifyReceipt(mac, SUBJECT, forged)).toBe(false)
})

test('[P6] a receipt under another key is none', () => {
  expect(verifyReceipt(macOf('another key'), SUBJECT, receipt)).toBe(false)
})

test('[P6] an account cannot be chosen so that two subjects are signed as one', () => {
  const odd = { ...SUBJECT, account: 'ana",1024,2048,0]' }
  expect(verifyReceipt(mac, odd, receipt)).toBe(false)
})
