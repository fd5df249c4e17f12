/**
 * Checks values before anything is saved, for forms and imports that show each fault beside its input. A test proves that a save and the
 * hub give the same answers.
 */
import { canonicalJson, type Json } from '../canonical.ts'
import type { FieldOperation } from '../change.ts'
import { isRefusal, refuse } from './codes.ts'
import type { CollectionDefinition, FieldDefinition, Refusal } from './definition.ts'
import { judgeOperation, newTaken, type Taken } from './judge-operation.ts'

/**
 * Returns the first fault of each field, with its place. Values are complete, as for `add`; fields that are not given are not checked.
 * @example checkFields(app.collections.notes, { place: { lat: 91, lon: 0 } })[0]?.field // 'place.lat'
 */
export function checkFields(collection: CollectionDefinition, values: Readonly<Record<string, Json | undefined>>): readonly Refusal[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return []
    const field = Object.hasOwn(collection.fields, name) ? collection.fields[name] : undefined
    const fault = field === undefined ? refuse('schema.unknownField') : checkField(name, field, value)
    return fault === null ? [] : [{ field: name, ...fault, collection: collection.name }]
  })
}

function checkField(name: string, field: FieldDefinition, value: Json): Refusal | null {
  const operations = operationsOf(name, field, value)
  if (isRefusal(operations)) return operations
  const taken: Taken = newTaken(operations.length)
  for (const operation of operations) {
    const judged = judgeOperation(field, operation, undefined, taken, false)
    if (isRefusal(judged)) return judged
  }
  return null
}

/** The operations that write the value to a new record. */
function operationsOf(name: string, field: FieldDefinition, value: Json): readonly FieldOperation[] | Refusal {
  switch (field.kind) {
    case 'register':
    case 'group':
    case 'text':
      return [{ kind: 'set', field: name, value, over: [] }]
    case 'counter':
      return typeof value === 'number'
        ? [{ kind: 'increment', field: name, by: value }]
        : refuse('value.type', 'A whole number is wanted here.')
    case 'set':
      return isArray(value) ? elementsOf(name, value) : refuse('value.type', 'A list of elements is wanted here.')
  }
}

/** One add for each distinct element: a set has no duplicates. */
function elementsOf(field: string, elements: readonly Json[]): readonly FieldOperation[] {
  const distinct = new Map(elements.map((element) => [canonicalJson(element), element]))
  return [...distinct.values()].map((element) => ({ kind: 'addTo', field, element, over: [] }))
}

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value)
