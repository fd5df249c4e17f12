import { describe, test } from 'vitest'
import type { StorageSubject } from './contract-kit.ts'
import { storageContract } from './contract.ts'
import { browserStorage, preload } from './browser.ts'

// Node has no OPFS, so the browser's adapter takes its way out here: the same SQLite, in memory.
describe('SQLite in WebAssembly, in memory', () => {
  const subject: StorageSubject = { start: () => browserStorage({ directory: '/contract' }), kept: false, durability: 'memory' }
  for (const { title, run } of storageContract) test(title, () => run(subject))

  test('preload may be called at any time', async () => {
    await Promise.all([preload(), preload()])
    await preload()
  })
})
