/**
 * Drafting turns the steps of a person into operations, each with the writes that it supersedes (`over`). Pure.
 *
 *   steps of a person ─┐
 *   the view they saw ─┼─► RecordDraft ─► RecordOperations
 *   an unsealed change ┘      (one operation for each field and element: later steps fold into earlier ones)
 *
 * While a change is unsealed, further steps on the same record fold into its operations. A fold keeps the `over` of the first write,
 * because nobody else has seen that write.
 */
import { AssertionError } from '../assert.ts'
import { canonicalJson, type Json } from '../canonical.ts'
import type { ConflictId, FieldOperation, Life, RecordOperations } from '../change.ts'
import type { Name, RecordId } from '../ids.ts'
import { overOf, type OwnWrites } from '../merge/over.ts'
import { EMPTY_RECORD, type FieldState, type RecordState } from '../merge/record.ts'
import type { Register } from '../merge/register.ts'
import { LATEST, LIFE_FIELD, show, type Rule } from '../merge/rules.ts'
import { documentOf, ORIGIN_ENTRY, type TextEdit, type TextMerge } from '../merge/text.ts'
import type { CollectionDefinition, FieldDefinition } from '../schema/definition.ts'
import { applySplice, type Splice } from './splice.ts'

/** One act of a person on one record. A `text` edit includes the text that the screen showed, so that nobody else's words are lost. */
export type Step =
  | { readonly type: 'add' | 'set'; readonly values: Readonly<Record<string, Json>> }
  | { readonly type: 'addTo' | 'removeFrom'; readonly field: string; readonly element: Json }
  | { readonly type: 'increment'; readonly field: string; readonly by: number }
  | { readonly type: 'edit'; readonly field: string; readonly from: string; readonly to: string }
  | { readonly type: 'resolve'; readonly field: string; readonly value: Json; readonly conflict: ConflictId }
  | { readonly type: 'delete' | 'restore' }

/** Editing of documents; `document` and `update` are base64 of Yjs updates. */
export interface TextEditor extends TextMerge {
  /** A person's edit of the text that they saw, as splices of the text as it is now. What others wrote meanwhile stays. */
  moved(from: string, to: string, now: string): readonly Splice[]
  /** Applies a splice to a document and returns the update. */
  edit(document: string, splice: Splice): string
  /** Combines several updates into one. */
  combine(updates: readonly string[]): string
  /** The characters that an update inserts: all that is known of an edit whose document is lost. */
  inserted(update: string): string
}

/** The record that a person writes to, as far as drafting needs it. */
export interface DraftContext {
  readonly collection: CollectionDefinition
  readonly record: RecordId
  /** The record as the author sees it, without the unsealed change that this draft continues. */
  readonly view: RecordState | undefined
  /** The author's own unconfirmed and failed writes of a field (or of `$life`), without the unsealed change. */
  readonly ownWrites: (field: string) => OwnWrites
  readonly durableThrough: number
  /** The operations of the unsealed change on this record. */
  readonly unsealed: RecordOperations | undefined
  /** Null while no text is edited in place. */
  readonly text: TextEditor | null
}

/** The operations of `unsealed` with `steps` folded in. */
export function draftOperations(context: DraftContext, steps: readonly Step[]): RecordOperations {
  const [only] = steps
  if (only?.type === 'add' && steps.length === 1 && isOfNobody(context)) return addedOperations(context, only.values)
  const draft = new RecordDraft(context)
  for (const step of steps) draft.take(step)
  return draft.operations()
}

const isOfNobody = ({ view, unsealed, ownWrites }: DraftContext): boolean =>
  view === undefined && unsealed === undefined && ownWrites(LIFE_FIELD).newest.length === 0

/** A shortcut for adding a record, with the same result as a draft: there is nothing to supersede and nothing to fold into. */
function addedOperations({ collection, record }: DraftContext, values: Readonly<Record<string, Json>>): RecordOperations {
  const fields: FieldOperation[] = []
  for (const field of Object.keys(values)) {
    const value = values[field] as Json
    const kind = collection.fields[field]?.kind
    if (kind === 'set' && Array.isArray(value)) pushElements(fields, field, value as readonly Json[])
    else if (kind !== 'counter' || typeof value !== 'number') fields.push({ kind: 'set', field, value, over: OVER_NOTHING })
    else if (value !== 0) fields.push({ kind: 'increment', field, by: value })
  }
  return { collection: collection.name, record, life: 'alive', lifeOver: OVER_NOTHING, fields }
}

const OVER_NOTHING: readonly Name[] = []

/** Adds each distinct element once. */
function pushElements(fields: FieldOperation[], field: string, elements: readonly Json[]): void {
  const taken = new Set<string>()
  for (const element of elements) {
    const key = canonicalJson(element)
    if (!taken.has(key)) fields.push({ kind: 'addTo', field, element, over: OVER_NOTHING })
    taken.add(key)
  }
}

/** Operations are keyed by field, and by field and element for sets. */
class RecordDraft {
  readonly #context: DraftContext
  readonly #fields = new Map<string, FieldOperation>()
  readonly #view: RecordState
  #life: Life = 'alive'

  constructor(context: DraftContext) {
    this.#context = context
    this.#view = context.view ?? EMPTY_RECORD
    this.#life = context.unsealed?.life ?? 'alive'
    for (const operation of context.unsealed?.fields ?? []) this.#fields.set(keyOf(operation), operation)
  }

  take(step: Step): void {
    this.#life = step.type === 'delete' ? 'deleted' : 'alive'
    switch (step.type) {
      case 'add':
      case 'set':
        for (const [field, value] of Object.entries(step.values)) this.#write(field, value, step.type === 'add')
        return
      case 'addTo':
      case 'removeFrom':
        return this.#element(step.type, step.field, step.element)
      case 'increment':
        return this.#increment(step.field, step.by)
      case 'edit':
        return this.#edit(step.field, step.from, step.to)
      case 'resolve':
        return this.#set(step.field, step.value, step.conflict)
      case 'delete':
      case 'restore':
        return
    }
  }

  operations(): RecordOperations {
    const { collection, record, unsealed, durableThrough } = this.#context
    const lifeOver = unsealed?.lifeOver ?? overOf(this.#view.life, this.#context.ownWrites(LIFE_FIELD), durableThrough)
    return { collection: collection.name, record, life: this.#life, lifeOver, fields: [...this.#fields.values()] }
  }

  /** Writes a whole value; the kind of the field decides how. The judge refuses fields that the schema does not know. */
  #write(field: string, value: Json, isNew: boolean): void {
    const kind = this.#definition(field)?.kind
    if (kind === 'counter' && isNew && typeof value === 'number') return this.#increment(field, value)
    if (kind === 'set' && Array.isArray(value)) return this.#elements(field, value as readonly Json[])
    this.#set(field, value, undefined)
  }

  #set(field: string, value: Json, conflict: ConflictId | undefined): void {
    const resolves = conflict === undefined ? {} : { resolves: conflict }
    this.#fields.set(field, {
      kind: 'set',
      field,
      value: this.#completed(field, value),
      over: this.#over(field, this.#registerOf(field)),
      ...resolves,
    })
  }

  /** Completes a partial group with the members that earlier steps gave. */
  #completed(field: string, value: Json): Json {
    const folded = this.#fields.get(field)
    if (this.#definition(field)?.kind !== 'group' || folded?.kind !== 'set') return value
    return isObject(folded.value) && isObject(value) ? { ...folded.value, ...value } : value
  }

  /** The `over` of an operation on a field. A fold keeps the `over` of the write that it folds into. */
  #over(field: string, register: Register | undefined): readonly Name[] {
    const folded = this.#fields.get(field)
    if (folded?.kind === 'set') return folded.over
    const over = overOf(register, this.#context.ownWrites(field), this.#context.durableThrough)
    return folded?.kind === 'edit' && !over.includes(folded.of) ? [folded.of, ...over] : over
  }

  #elements(field: string, wanted: readonly Json[]): void {
    const keys = new Set(wanted.map(canonicalJson))
    for (const element of this.#elementsOf(field)) if (!keys.has(canonicalJson(element))) this.#element('removeFrom', field, element)
    for (const element of wanted) this.#element('addTo', field, element)
  }

  #element(kind: 'addTo' | 'removeFrom', field: string, element: Json): void {
    const key = canonicalJson(element)
    const tags = this.#setOf(field)?.[key]
    const folded = this.#fields.get(`${field} ${key}`)
    const over =
      folded !== undefined && folded.kind !== 'increment' && folded.kind !== 'edit'
        ? folded.over
        : overOf(tags, this.#context.ownWrites(`${field} ${key}`), this.#context.durableThrough)
    const isThere = (tags?.entries.length ?? 0) > 0
    if (kind === 'addTo' ? isThere && folded?.kind !== 'removeFrom' : !isThere && over.length === 0) {
      this.#fields.delete(`${field} ${key}`)
      return
    }
    this.#fields.set(`${field} ${key}`, { kind, field, element, over })
  }

  #increment(field: string, by: number): void {
    const folded = this.#fields.get(field)
    const sum = (folded?.kind === 'increment' ? folded.by : 0) + by
    if (sum === 0) this.#fields.delete(field)
    else this.#fields.set(field, { kind: 'increment', field, by: sum })
  }

  #edit(field: string, from: string, to: string): void {
    const folded = this.#fields.get(field)
    if (folded?.kind === 'set') {
      const now = wordsOf(folded.value)
      return this.#set(field, this.#editor().moved(from, to, now).reduce(applySplice, now), folded.resolves)
    }
    const { of, document, text } = folded?.kind === 'edit' ? this.#editedText(field, folded) : this.#shownText(field)
    const splices = this.#editor().moved(from, to, text)
    if (splices.length === 0) return
    const updates = this.#updatesOf(document, splices)
    const combined = this.#editor().combine(folded?.kind === 'edit' ? [folded.update, ...updates] : updates)
    this.#fields.set(field, { kind: 'edit', field, of, update: combined })
  }

  #updatesOf(document: string, splices: readonly Splice[]): readonly string[] {
    const updates: string[] = []
    let now = document
    for (const splice of splices) {
      const update = this.#editor().edit(now, splice)
      now = this.#editor().merge(now, update)?.document ?? now
      updates.push(update)
    }
    return updates
  }

  /** The text as the unsealed edit left it. */
  #editedText(field: string, folded: TextEdit): EditedText {
    const entry = this.#registerOf(field)?.entries.find((other) => other.name === folded.of) ?? ORIGIN_ENTRY
    const merged = this.#editor().merge(documentOf(entry, this.#editor()), folded.update)
    if (merged === null) throw new AssertionError('an unsealed edit does not stand on the view it was made in')
    return { of: folded.of, ...merged }
  }

  #shownText(field: string): EditedText {
    const register = this.#registerOf(field)
    const entry = (register && show(this.#rule(field), register).entry) ?? ORIGIN_ENTRY
    return { of: entry.name, document: documentOf(entry, this.#editor()), text: wordsOf(entry.value) }
  }

  #editor(): TextEditor {
    if (this.#context.text === null) throw new AssertionError('a text is edited before its editor is loaded')
    return this.#context.text
  }

  #definition(field: string): FieldDefinition | undefined {
    return this.#context.collection.fields[field]
  }

  #rule(field: string): Rule {
    const definition = this.#definition(field)
    return definition !== undefined && 'rule' in definition ? definition.rule : LATEST
  }

  #registerOf(field: string): Register | undefined {
    const state: FieldState | undefined = this.#view.fields[field]
    return state?.kind === 'register' ? state : undefined
  }

  #setOf(field: string): Readonly<Record<string, Register>> | undefined {
    const state: FieldState | undefined = this.#view.fields[field]
    return state?.kind === 'set' ? state.elements : undefined
  }

  /** The elements of the set with the folded operations applied. */
  #elementsOf(field: string): readonly Json[] {
    const there = Object.entries(this.#setOf(field) ?? {}).filter(([, tags]) => tags.entries.length > 0)
    const held = new Map<string, Json>(there.map(([key]) => [key, JSON.parse(key) as Json]))
    for (const operation of this.#fields.values()) {
      if (operation.field !== field || (operation.kind !== 'addTo' && operation.kind !== 'removeFrom')) continue
      if (operation.kind === 'addTo') held.set(canonicalJson(operation.element), operation.element)
      else held.delete(canonicalJson(operation.element))
    }
    return [...held.values()]
  }
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as text. The judge refuses anything but strings, so other values count as empty. */
const wordsOf = (value: Json): string => (typeof value === 'string' ? value : '')

interface EditedText {
  readonly of: Name
  readonly document: string
  readonly text: string
}

/** The key of an operation in a draft: one operation is kept for each. */
export const keyOf = (operation: FieldOperation): string =>
  operation.kind === 'addTo' || operation.kind === 'removeFrom' ? `${operation.field} ${canonicalJson(operation.element)}` : operation.field
