/** A device's outbox mirror behind a gate: each call is a transaction of its own. */
import type { OutboxMirror } from '../../../client/src/storage/mirror.ts'
import { passingLater, type StorageGate } from './gate.ts'

export function gatedMirror(inner: OutboxMirror, gate: StorageGate): OutboxMirror {
  const committing = (text: string, run: () => Promise<void>): Promise<void> => passingLater(gate, { kind: 'commit', text }, run)
  return {
    put: (items) => committing(`put ${items.map(({ key }) => key).join(' ')}`, () => inner.put(items)),
    all: () => passingLater(gate, { kind: 'read', text: 'all' }, () => inner.all()),
    remove: (keys) => committing(`remove ${keys.join(' ')}`, () => inner.remove(keys)),
    clear: () => committing('clear', () => inner.clear()),
  }
}
