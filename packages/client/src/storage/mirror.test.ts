import { describe, test } from 'vitest'
import { failsAsStorage } from './contract-kit.ts'
import { mirrorContract } from './mirror-contract.ts'
import { indexedDbMirror, memoryMirror } from './mirror.ts'

describe('the mirror in memory', () => {
  for (const { title, run } of mirrorContract) test(title, () => run(subject()))
})

test('without IndexedDB the mirror is storage.unavailable', () =>
  failsAsStorage(['storage.unavailable'], () => indexedDbMirror('outbox').all()))

function subject(): Parameters<(typeof mirrorContract)[number]['run']>[0] {
  const mirror = memoryMirror()
  return { start: () => mirror, kept: true }
}
