/**
 * Yjs documents of texts: seeding one from a string, and applying an update.
 *
 *   document   everything inserted into one string, and which parts were deleted: base64 of a Yjs update, version 1
 *   update     what one edit inserted and deleted: base64 of a Yjs update, version 1
 *
 * The string lies in the root type ROOT; a document holds nothing else. An update with other content, or with another content under a Yjs
 * id that the document has, is refused, because some replicas would merge it and others not.
 */
import * as Y from 'yjs'
import type { Name } from '../ids.ts'
import { fromBase64, toBase64 } from '../merge/base64.ts'

export const ROOT = 't'

export const textOf = (doc: Y.Doc): string => doc.getText(ROOT).toJSON()
export const encode = (doc: Y.Doc): string => toBase64(Y.encodeStateAsUpdate(doc))

/** A document is known by its entry: minting it a random id takes longer than merging a word. */
const newDoc = (): Y.Doc => new Y.Doc({ guid: '' })

/** The document of a string that the write `name` wrote, the same bytes on every replica. */
export function seedDocument(text: string, name: Name): string {
  const doc = newDoc()
  doc.clientID = clientIdOf(name)
  if (text !== '') doc.getText(ROOT).insert(0, wellFormed(text))
  return encode(doc)
}

/**
 * Decodes a document into a new `Y.Doc`. @throws if the bytes are no document: a stored document that cannot be read means a broken store.
 */
export function decode(document: string): Y.Doc {
  const bytes = fromBase64(document)
  if (bytes === null) throw new TypeError('a document is not base64')
  const doc = newDoc()
  Y.applyUpdate(doc, bytes)
  return doc
}

/** Applies an update; returns false if it does not apply here. `doc` is unusable then, so callers pass a copy. */
export function tryUpdate(doc: Y.Doc, update: string): boolean {
  const bytes = fromBase64(update)
  if (bytes === null) return false
  try {
    const { structs } = Y.decodeUpdate(bytes)
    if (!structs.every((struct) => isText(struct) && (isNew(doc, struct) || isRepeated(doc, struct)))) return false
    Y.applyUpdate(doc, bytes)
    return doc.store.pendingStructs === null && doc.store.pendingDs === null && lieBetweenNeighbours(doc, structs)
  } catch {
    return false // Yjs throws all sorts of errors at bytes that are no update.
  }
}

/** Whether a struct holds only characters. Yjs takes one of no length, and writes a document with it that it cannot read again. */
function isText(struct: Y.AbstractStruct): struct is Y.Item {
  if (!(struct instanceof Y.Item) || struct.length === 0 || struct.parentSub !== null) return false
  const parent: unknown = struct.parent
  return (parent === null || parent === ROOT) && (struct.content instanceof Y.ContentString || struct.content instanceof Y.ContentDeleted)
}

const isNew = (doc: Y.Doc, { id }: Y.Item): boolean => id.clock >= Y.getState(doc.store, id.client)

/**
 * Whether the document has these characters already, in this place: one edit may come under two names, from a device and from its copy. Of
 * characters that it has deleted it knows the place only. Two contents under one id would diverge.
 */
function isRepeated(doc: Y.Doc, { id, length, origin, rightOrigin, content }: Y.Item): boolean {
  if (id.clock + length > Y.getState(doc.store, id.client)) return false
  for (let done = 0; done < length;) {
    const at = Y.createID(id.client, id.clock + done)
    const known = Y.getItem(doc.store, at)
    const from = at.clock - known.id.clock
    const count = Math.min(known.length - from, length - done)
    const before = from === 0 ? known.origin : Y.createID(id.client, at.clock - 1)
    const after = done === 0 ? origin : Y.createID(id.client, at.clock - 1)
    if (!Y.compareIDs(before, after) || !Y.compareIDs(known.rightOrigin, rightOrigin)) return false
    if (known.content instanceof Y.ContentString) {
      if (!(content instanceof Y.ContentString)) return false
      if (known.content.str.slice(from, from + count) !== content.str.slice(done, done + count)) return false
    }
    done += count
  }
  return true
}

/**
 * Whether each new piece of text lies between the two characters that it was written between. An editor cannot say anything else; bytes
 * that do would land in another place whenever the document is read again, and in another order.
 */
function lieBetweenNeighbours(doc: Y.Doc, written: readonly Y.AbstractStruct[]): boolean {
  const order = new Map<Y.AbstractStruct, number>()
  for (let item = doc.getText(ROOT)['_start']; item !== null; item = item.right) order.set(item, order.size)
  const isBefore = (left: Y.ID, right: Y.ID): boolean => {
    const [before, after] = [Y.getItem(doc.store, left), Y.getItem(doc.store, right)]
    return before === after ? left.clock < right.clock : (order.get(before) ?? Infinity) < (order.get(after) ?? -1)
  }
  return written.every((struct) => {
    const { id, lastId, origin, rightOrigin } = struct as Y.Item
    return (origin === null || isBefore(origin, id)) && (rightOrigin === null || isBefore(lastId, rightOrigin))
  })
}

/**
 * The Yjs client id under which a write's string is seeded: FNV-1a over the 22 characters of its name (132 bits, of which 128 are random or
 * hashed), then the finaliser of MurmurHash3. It need not resist attackers: forging a name means forging the write.
 */
export function clientIdOf(name: Name): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Replaces lone surrogates by U+FFFD, as UTF-8 encoding would on the way to the next replica. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD')
