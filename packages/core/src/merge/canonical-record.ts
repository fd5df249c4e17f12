/**
 * The canonical text of a record: equal exactly when the same writes have arrived. It contains the entries and the awaited names. It leaves
 * out what may differ between replicas that agree: versions, the `over` of entries, and the bytes of a document, which its text and state
 * replace. A field without any writes is left out.
 *
 *   record    { fields: { name: register | set | counter }, life: register }
 *   register  { awaited?: [name], entries?: [entry], waiting?: [edit] }
 *   entry     { by, hubStamp, name, resolves?, stamp, state?, unverified?, value }      state: see document-state.ts
 *   set       { elements: { canonical element: register } }
 *   counter   { sum }
 */
import { canonicalJson, type Json } from '../canonical.ts'
import { stateOfDocument } from './document-state.ts'
import type { FieldState, RecordState } from './record.ts'
import type { Entry, Register } from './register.ts'

export const canonicalRecord = (record: RecordState): string => canonicalJson(canonicalValue(record))

/** The value that `canonicalRecord` writes as text. */
export function canonicalValue({ life, fields }: RecordState): Json {
  const canonical = Object.entries(fields).map(([field, state]) => [field, canonicalField(state)] as const)
  return { life: canonicalRegister(life) ?? {}, fields: Object.fromEntries(canonical) }
}

function canonicalField(state: FieldState): Json | undefined {
  switch (state.kind) {
    case 'register':
      return canonicalRegister(state)
    case 'counter':
      return { sum: state.sum }
    case 'set': {
      const elements = Object.entries(state.elements).map(([key, tags]) => [key, canonicalRegister(tags)] as const)
      return elements.length === 0 ? undefined : { elements: Object.fromEntries(elements) }
    }
  }
}

function canonicalRegister({ entries, awaited, waiting }: Register): { readonly [key: string]: Json | undefined } | undefined {
  if (entries.length === 0 && awaited.length === 0 && waiting === undefined) return undefined
  return {
    entries: entries.length === 0 ? undefined : entries.map(canonicalEntry),
    awaited: awaited.length === 0 ? undefined : awaited,
    waiting: waiting?.map(({ name, of, update }) => ({ name, of, update })),
  }
}

const canonicalEntry = ({ name, value, stamp, hubStamp, by, resolves, document, unverified }: Entry): Json => ({
  name,
  value,
  stamp,
  hubStamp,
  by,
  resolves,
  unverified,
  state: document === undefined ? undefined : (stateOfDocument(document) ?? document),
})
