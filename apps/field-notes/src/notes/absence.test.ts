import type { StoreStatus } from '@tombolo/client'
import { expect, test } from 'vitest'
import { absenceOf, type Asked } from './absence.ts'

const STATUS = { connection: 'live', loading: null, epoch: 'an epoch' } as unknown as StoreStatus
const titleOf = (part: Partial<StoreStatus>, asked: Partial<Asked> = {}): string | null | undefined =>
  absenceOf({ ...STATUS, ...part }, { isNarrowed: false, inProject: false, ...asked })?.title

test('only a device that has met the hub, and has all of it, says that nothing was written', () => {
  expect(titleOf({})).toBe('Nothing written yet')
  expect(titleOf({ connection: 'offline' })).toBe('Nothing written yet')
  expect(titleOf({ loading: 0.2 })).toBe('Your notes are on their way')
  expect(titleOf({ connection: 'offline', epoch: null })).toBe('Nothing on this device yet')
})

test('as long as the first answer may come at once nothing is said', () => {
  expect(absenceOf(undefined, { isNarrowed: false, inProject: false })).toBeNull()
  expect(titleOf({ connection: 'connecting', epoch: null })).toBeUndefined()
})

test('a search in what is only partly here does not say that there is no such note', () => {
  expect(titleOf({ loading: 0.2 }, { isNarrowed: true })).toBe('Your notes are on their way')
  expect(absenceOf(STATUS, { isNarrowed: true, inProject: false })).toMatchObject({ text: 'No note is like that.', offer: 'show-all' })
})

test('an empty project is called so', () => {
  expect(titleOf({}, { inProject: true })).toBe('Nothing in this project yet')
})
