/** Sealing fixes a change's bytes, and with them its hash and its name [P2]. */
import { contentHashOf, type Hash, nameOf } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'

/** From here its bytes never change. Only in memory. */
export function sealed(hash: Hash, change: OwnChange, text: string): OwnChange {
  const contentHash = contentHashOf(hash, text)
  return { ...change, status: 'queued', name: nameOf(change.intent, contentHash), contentHash }
}
