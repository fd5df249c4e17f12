/** Schemas: the builders that declare them, their form as data, and functions that judge, upgrade, show and describe by a schema. */
export { collection, type CollectionOptions, schema, type SchemaOptions } from './build.ts'
export { checkFields } from './check-fields.ts'
export { isRefusal, refuse, type RefusalCode, REFUSALS, type SchemaFault, SCHEMA_FAULTS, SchemaError } from './codes.ts'
export {
  type Before,
  type Check,
  type CollectionDefinition,
  type FieldDefinition,
  INVITE_COLLECTION,
  isReserved,
  type Judge,
  type JudgeOptions,
  MEMBER_COLLECTION,
  type Refusal,
  type SchemaDefinition,
  type SchemaIdentity,
  SPACE_COLLECTION,
  type Upgrade,
  type ValueDefinition,
  type ValueType,
} from './definition.ts'
export { collectionText } from './fingerprint.ts'
export { describeSchema, type FieldDescription } from './describe.ts'
export type { Chosen, ChosenGroup, Counter, Field, Group, Ordered, Plain, Ruled, SetField, Text } from './field-types.ts'
export { boolean, counter, date, group, integer, json, localDateTime, number, oneOf, ref, set, string, text } from './fields.ts'
export { checkDefaults } from './check-defaults.ts'
export { judge } from './judge.ts'
export type {
  Collection,
  CollectionName,
  Collections,
  DateName,
  ElementOf,
  FieldName,
  Fields,
  NewRecord,
  PatchOf,
  RowOf,
  Schema,
} from './schema-types.ts'
export { checkTextBytes } from './size.ts'
export type { StandardResult, StandardSchema } from './standard.ts'
export { leavesRecordsAlone, upgradeContent, upgradeRecordState } from './upgrade.ts'
export { deriveField, dropField, inOrder, mapValue, renameField, unchanged } from './upgrade-steps.ts'
export { isWhole, type RecordView, unwritten, viewAdded, viewRecord } from './view.ts'
