/** Turns a change back into steps, which can be drafted again on the present view. */
import { diffText, type FieldOperation, type Json, type RecordOperations, type Step, stepsOf } from '@tombolo/core'
import type { OwnChange } from './own-change.ts'
import type { RecordStep } from './port.ts'
import type { StoredRecord } from './stored-record.ts'
import type { StoreState } from './state.ts'

export const redrafted = (state: StoreState, change: OwnChange): RecordStep[] =>
  state.changes.content(change.seq).operations.flatMap((operations) => {
    const { collection, record } = operations
    return stepsOn(state, change, operations).map((step) => ({ ...step, collection, record }))
  })

function stepsOn(state: StoreState, change: OwnChange, { collection, record, life, fields }: RecordOperations): Step[] {
  const definition = state.records.collection(collection)
  const stored = state.records.load(definition, record) ?? state.records.fresh(definition, record, change.space)
  const values: Record<string, Json> = {}
  for (const operation of fields)
    if (operation.kind === 'set' && operation.resolves === undefined) values[operation.field] = operation.value
  const steps = fields.flatMap((operation) => stepsFor(state, stored, change, operation))
  // A change may write to a record before deleting it, which a restore would show.
  if (life === 'deleted') return Object.keys(values).length + steps.length === 0 ? [DELETE] : [{ type: 'add', values }, ...steps, DELETE]
  return [{ type: 'add', values }, ...steps]
}

const DELETE: Step = { type: 'delete' }

/** The steps for an operation that plain values cannot express. */
function stepsFor(state: StoreState, stored: StoredRecord, change: OwnChange, operation: FieldOperation): Step[] {
  const { field } = operation
  switch (operation.kind) {
    case 'set':
      return operation.resolves === undefined ? [] : [{ type: 'resolve', field, value: operation.value, conflict: operation.resolves }]
    case 'addTo':
    case 'removeFrom':
      return [{ type: operation.kind, field, element: operation.element }]
    case 'increment':
      return [{ type: 'increment', field, by: operation.by }]
    case 'edit': {
      const { before, after } = state.records.texts.edited(stored, change, operation)
      return editSteps(field, before, after)
    }
  }
}

/** One step for each stretch, so that text of others between two stretches stays in place. */
function editSteps(field: string, before: string, after: string): Step[] {
  const texts = [before, ...stepsOf(before, diffText(before, after))]
  return texts.slice(1).map((to, index) => ({ type: 'edit', field, from: texts[index] ?? before, to }))
}
