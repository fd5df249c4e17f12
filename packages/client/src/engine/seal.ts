/** Sealing fixes the bytes of a change, and thereby its hash and its name [P2]. */
import { contentHashOf, type Hash, nameOf } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'

/** Seals a change in memory: its bytes never change from now on. */
export function sealed(hash: Hash, change: OwnChange, text: string): OwnChange {
  const contentHash = contentHashOf(hash, text)
  return { ...change, status: 'queued', name: nameOf(change.intent, contentHash), contentHash }
}
