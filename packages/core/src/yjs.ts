/**
 * Text, merged by Yjs. A separate entry (`@tombolo/core/yjs`), so that Yjs loads only when the first text is edited.
 *
 *   yjsText        the port that hub and device pass to `mergeOperations`
 *   yjsEditor      the same, extended with what drafting an edit needs
 *   openDocument   for an editor that keeps a text open under a caret
 */
import * as Y from 'yjs'
import { assert } from './assert.ts'
import { fromBase64, toBase64 } from './merge/base64.ts'
import type { TextMerge } from './merge/text.ts'
import type { TextEditor } from './outbox/draft.ts'
import { movedEdit } from './outbox/moved-edit.ts'
import { decode, encode, seedDocument, textOf, tryUpdate } from './yjs/document.ts'
import { freeClientId, spliceDocument } from './yjs/session.ts'

export { clientIdOf } from './yjs/document.ts'
export { openDocument, type OpenDocument } from './yjs/session.ts'

/**
 * Merges text: `seed` makes a document from a string; `merge` applies an update, or returns null if the update does not fit the document.
 */
export const yjsText: TextMerge = {
  seed: seedDocument,
  merge(document, update) {
    const doc = decode(document)
    return tryUpdate(doc, update) ? { document: encode(doc), text: textOf(doc) } : null
  },
}

/** The text of a document. */
export const textOfDocument = (document: string): string => textOf(decode(document))

/**
 * An editor for one run of a store. `freshClientId` returns 32 random bits. A session keeps its client id as long as the document holds
 * everything written under it. If something was refused or left out, it takes a fresh one, so that no id ever names two contents.
 */
export function yjsEditor(freshClientId: () => number): TextEditor {
  /** For each client id, how many characters this session wrote under it. */
  const written = new Map<number, number>()
  return {
    ...yjsText,
    moved: movedEdit,
    edit(document, splice) {
      const doc = decode(document)
      const own = [...doc.store.clients.keys()].find((id) => written.get(id) === Y.getState(doc.store, id))
      doc.clientID = own ?? freeClientId(doc, freshClientId())
      const update = spliceDocument(doc, splice)
      written.set(doc.clientID, Y.getState(doc.store, doc.clientID))
      return update
    },
    combine: (updates) => toBase64(Y.mergeUpdates(updates.map(bytesOf))),
    inserted: (update) => Y.decodeUpdate(bytesOf(update)).structs.map(charactersOf).join(''),
  }
}

const charactersOf = (struct: Y.AbstractStruct): string =>
  struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : ''

function bytesOf(update: string): Uint8Array {
  const bytes = fromBase64(update)
  assert(bytes !== null, 'an update of this session is not base64')
  return bytes
}
