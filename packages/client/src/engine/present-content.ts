/**
 * Upgrades the content of a change to the present schema [M7]. A sealed change keeps its bytes. The hub upgrades it in the same way, so the
 * device shows what the hub will decide.
 */
import {
  type Before,
  type Content,
  type FieldDefinition,
  type FieldOperation,
  type FieldState,
  isRefusal,
  type RecordOperations,
  type RecordState,
  type SchemaDefinition,
  upgradeContent,
} from '@tombolo/core'

/** A content that cannot be upgraded waits for the hub's verdict. Until then the operations that fit the present schema are shown. */
export function presentContent(schema: SchemaDefinition, sealed: Content, before: Before): Content {
  if (sealed.schemaVersion === schema.version) return sealed
  const upgraded = upgradeContent(schema, sealed, before)
  const known = (isRefusal(upgraded) ? sealed.operations : upgraded).filter(
    ({ collection }) => schema.collections[collection] !== undefined,
  )
  const operations = isRefusal(upgraded) ? known.map((one) => declaredOnly(schema, one)) : known
  return { ...sealed, schemaVersion: schema.version, operations }
}

function declaredOnly({ collections }: SchemaDefinition, operations: RecordOperations): RecordOperations {
  const definitions = collections[operations.collection]?.fields ?? {}
  const fields = operations.fields.filter(({ field, kind }) => {
    const definition = definitions[field]
    return definition !== undefined && KINDS[kind] === stateOf(definition.kind)
  })
  return { ...operations, fields }
}

/** Whether the operations fit the stored fields. They do not if a newer app changed the kind of a field. */
export const fits = (record: RecordState | undefined, { fields }: RecordOperations): boolean =>
  record === undefined || fields.every((operation) => fitsField(record, operation))

/** The operations that fit. */
export const fitting = (record: RecordState | undefined, operations: RecordOperations): RecordOperations =>
  record === undefined || fits(record, operations)
    ? operations
    : { ...operations, fields: operations.fields.filter((operation) => fitsField(record, operation)) }

function fitsField(record: RecordState, { field, kind }: FieldOperation): boolean {
  const state = record.fields[field]
  return state === undefined || state.kind === KINDS[kind]
}

/** The kind of field that each kind of operation applies to. */
const KINDS: Readonly<Record<FieldOperation['kind'], FieldState['kind']>> = {
  set: 'register',
  edit: 'register',
  addTo: 'set',
  removeFrom: 'set',
  increment: 'counter',
}

const stateOf = (kind: FieldDefinition['kind']): FieldState['kind'] => (kind === 'set' || kind === 'counter' ? kind : 'register')
