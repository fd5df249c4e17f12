/**
 * Editing sessions: a text open under a caret, and an editor that turns splices into updates.
 *
 * A Yjs client id belongs to one session: it is fresh at every open, never stored, never derived from the replica. Yjs cannot merge two
 * contents under one id, so an id that the document already contains is skipped.
 */
import * as Y from 'yjs'
import { assert } from '../assert.ts'
import { toBase64 } from '../merge/base64.ts'
import type { Splice } from '../outbox/splice.ts'
import { decode, encode, ROOT, textOf, tryUpdate, wellFormed } from './document.ts'

/** A text open for editing. Strings named `document` and `update` are base64 of Yjs updates, version 1. */
export interface OpenDocument {
  /** The client id of this session in this document. */
  readonly clientId: number
  /** The current text. */
  text(): string
  /** The current document. */
  document(): string
  /** Applies a splice and returns it as an update. It must not cut a surrogate pair. */
  splice(splice: Splice): string
  /**
   * Applies another replica's update and returns the caret's new position. If the update does not apply here, changes nothing and returns
   * null.
   */
  receive(update: string, caret: number): number | null
}

/** Opens a document. `clientId`: 32 random bits, fresh at every open. */
export function openDocument(document: string, clientId: number): OpenDocument {
  let doc = decode(document)
  const own = freeClientId(doc, clientId)
  doc.clientID = own
  return {
    clientId: own,
    text: () => textOf(doc),
    document: () => encode(doc),
    splice: (splice) => spliceDocument(doc, splice),
    receive(update, caret) {
      const next = decode(encode(doc))
      next.clientID = own
      const before = textDeltas(next)
      if (!tryUpdate(next, update)) return null
      doc = next
      return before().reduce(moveCaret, caret)
    },
  }
}

/** The wanted id, or the next one that is unused in this document. */
export function freeClientId(doc: Y.Doc, wanted: number): number {
  let clientId = wanted >>> 0
  while (Y.getState(doc.store, clientId) > 0) clientId = (clientId + 1) >>> 0
  return clientId
}

export function spliceDocument(doc: Y.Doc, { at, remove, insert }: Splice): string {
  const text = doc.getText(ROOT)
  const before = text.toJSON()
  assert(at >= 0 && remove >= 0 && at + remove <= before.length, 'a splice lies outside its text')
  assert(!cutsPair(before, at) && !cutsPair(before, at + remove), 'a splice cuts a surrogate pair')
  const updates: Uint8Array[] = []
  const keep = (update: Uint8Array): void => void updates.push(update)
  doc.on('update', keep)
  doc.transact(() => {
    if (remove > 0) text.delete(at, remove)
    if (insert !== '') text.insert(at, wellFormed(insert))
  })
  doc.off('update', keep)
  return toBase64(updates[0] ?? Y.mergeUpdates([]))
}

const cutsPair = (text: string, at: number): boolean => (text.codePointAt(at - 1) ?? 0) > 0xffff

type Delta = readonly { readonly retain?: number; readonly insert?: unknown; readonly delete?: number }[]

/** Watches a text. The returned function stops watching and returns the changes since. */
function textDeltas(doc: Y.Doc): () => readonly Delta[] {
  const deltas: Delta[] = []
  const watch = (event: Y.YTextEvent): void => void deltas.push(event.delta as Delta)
  doc.getText(ROOT).observe(watch)
  return () => {
    doc.getText(ROOT).unobserve(watch)
    return deltas
  }
}

/** Moves a caret. Text inserted at the caret goes behind it, so that the words a person is typing stay together. */
function moveCaret(caret: number, delta: Delta): number {
  let at = 0
  let moved = caret
  for (const step of delta) {
    if (step.retain !== undefined) at += step.retain
    else if (step.delete !== undefined) moved -= Math.max(0, Math.min(step.delete, moved - at))
    else if (typeof step.insert === 'string') {
      if (at < moved) moved += step.insert.length
      at += step.insert.length
    }
  }
  return moved
}
