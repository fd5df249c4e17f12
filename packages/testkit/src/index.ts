/** Tests of offline work: a hub and virtual devices in one process, in virtual time. */
export type { FieldDevice, FieldTab } from './field/device.ts'
export { type DeviceOptions, type Field, type FieldOptions, openField } from './field/field.ts'
export type { CheckedField, FieldHub, HubBackup } from './field/hub.ts'
export type { LineQuality } from './field/link.ts'
export type { Shift, Span, Unit } from './field/span.ts'
