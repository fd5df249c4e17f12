/**
 * Restores changes that were mirrored outside the database into a store that lacks them: after the device lost its database, or if the
 * database lives only as long as its tab.
 *
 * They come back in the order in which the person acted, with their intents and their sealed content, into the chain of the replica that
 * this store has now [P2]: the hub answers changes that it already has with their first verdict. They count as offered, because they may
 * have been. A change that this store already has stays as it is.
 */
import { type Content, parseContent, type RecordOperations, type SpaceId } from '@tombolo/core'
import type { Kept, KeptChange } from './kept-change.ts'
import { sealed } from './seal.ts'
import type { OwnChange } from './own-change.ts'
import type { KeptOperation } from './operations.ts'
import type { StoreState } from './state.ts'

/** One transaction. Texts that were edited in place need the store to have its text editor. @returns how many changes came back */
export function restore(state: StoreState, kept: Kept): number {
  return state.transact(() => {
    const parsed = kept.changes.map((change) => ({ change, content: parseContent(change.content) }))
    const missing = parsed.filter(({ content }) => !state.changes.isOwn(content.intent))
    for (const { change, content } of missing.sort(inOrder)) restoreChange(state, change, content)
    for (const operation of kept.operations) restoreOperation(state, operation)
    return missing.length
  })
}

interface Missing {
  readonly change: KeptChange
  readonly content: Content
}

const inOrder = (a: Missing, b: Missing): number => a.change.order - b.change.order || a.content.stamp - b.content.stamp

/** Whether putting them back takes a text editor. */
export const editsText = ({ changes }: Kept): boolean =>
  changes.some(({ content }) => parseContent(content).operations.some(({ fields }) => fields.some(({ kind }) => kind === 'edit')))

/** Inside a transaction. The store must lack the change. */
export function restoreChange(state: StoreState, kept: KeptChange, content: Content): void {
  if (state.spaces.find(content.space) === undefined) {
    state.spaces.add(content.space, kept.createsSpace)
    state.touchSpaces()
  }
  const change = restoredChange(state, kept, content)
  putOnTop(state, change, content, kept.content)
  state.operations.recall(change)
}

/** Puts a change back on disk, and on the records that it writes. */
export function putOnTop(state: StoreState, change: OwnChange, content: Content, text: string): void {
  state.changes.insert(change, content, text)
  state.sawStamp(content.stamp)
  for (const operations of state.changes.content(change.seq).operations) putOnRecord(state, content.space, operations, change)
  state.touchOutbox()
}

/** A change as this store takes it back: sealed, and not yet in the chain of its replica. */
export function restoredChange(state: StoreState, kept: KeptChange, content: Content): OwnChange {
  const { attempt, status, refused, receipt, form, label, savedAt } = kept
  const { space, intent, stamp } = content
  const change: OwnChange = {
    seq: state.changes.nextSeq(),
    space,
    intent,
    status,
    name: null,
    contentHash: null,
    n: null,
    previous: null,
    attempt,
    offered: true,
    faults: 0,
    park: false,
    version: null,
    nextVersion: null,
    receipt,
    refused,
    stamp,
    form,
    label,
    bytes: kept.content.length,
    savedAt,
    asked: kept.asked ?? null,
  }
  return { ...sealed(state.ports.hash, change, kept.content), status }
}

function putOnRecord(state: StoreState, space: SpaceId, { collection: name, record }: RecordOperations, { seq, status }: OwnChange): void {
  const collection = state.schema.collections[name]
  if (collection === undefined) return
  const stored = state.records.load(collection, record) ?? state.records.fresh(collection, record, space)
  const standing = status === 'failed' ? { failed: [...stored.failed, seq] } : { open: [...stored.open, seq] }
  state.saveRecord({ ...stored, ...standing, edited: Math.max(stored.edited, state.changes.get(seq)?.stamp ?? 0) })
}

/** The answer names the change as this store numbers it. */
function restoreOperation(state: StoreState, { id, answer, at }: KeptOperation): void {
  const seq = answer.ok && answer.intent !== null ? (state.changes.byIntent(answer.intent)?.seq ?? null) : null
  state.operations.keep(id, answer.ok ? { ...answer, seq } : answer, at)
}
