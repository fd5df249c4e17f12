/**
 * What must hold when a save was confirmed.
 *
 * I-RYW the person reads what they wrote · H-CLOCK a clock that was wrong no longer is · I-HLC the stamps of a device ascend, but for a clock that the hub set right
 */
import { type Candidate, type FieldDefinition, type Intent, type Json, msOfStamp, type Stamp, STAMP_AHEAD_MAX_MS } from '@tombolo/core'
import type { OpenedEngine } from '@tombolo/client/testing'
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'
import { standsOverOwn } from './over.ts'
import { sightOf } from './seen.ts'

type Port = OpenedEngine['port']
type Batch = DistributiveOmit<Parameters<Port['write']>[0], 'operationId'>
type Answer = Awaited<ReturnType<Port['write']>>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Write = Extract<Batch, { type: 'write' }>
type Written = Extract<Answer, { ok: true }>

export function afterSave(device: Device, batch: Batch, answer: Answer): void {
  const { world } = device
  world.trace.note(
    device.name,
    batch.type,
    () => `${answer.ok ? String(answer.intent) : answer.code}: ${JSON.stringify(batch.type === 'write' ? batch.steps : batch)}`,
  )
  if (!answer.ok) {
    if (batch.type === 'write') world.coverage.refuses('device', answer.code, placeOf(answer))
    return world.coverage.hears(`save ${answer.code}`)
  }
  holds(batch.type !== 'write' || answer.intent !== null, 'I-NOLOSS', () => `${device.name} confirms a save that nobody can name`)
  if (answer.intent === null || batch.type === 'seal' || batch.type === 'sendNow') return
  world.coverage.edits += 1
  device.saves += 1
  device.onSave()
  const space = batch.type === 'write' ? batch.space : device.changesWhere('seq = ?', answer.seq)[0]?.space
  // It is what was saved then, and what is shown may be of later.
  const isSavedAgain = batch.type === 'write' && batch.intent !== undefined && world.truth.saves.has(answer.intent)
  if (space !== undefined) world.truth.saved({ intent: answer.intent, device: device.name, space, atMs: world.agenda.nowMs })
  if (batch.type === 'write' && !isSavedAgain) readsOwnWrites(device, batch, answer)
  if (answer.seq === null) return
  ascends(device, answer.seq)
  if (batch.type === 'write' && !isSavedAgain && !mayBeLate(device)) standsOverOwn(device, answer.intent, answer.seq)
}

const placeOf = ({ collection, field }: { readonly collection?: string; readonly field?: string }): string =>
  [collection, field].filter((part) => part !== undefined).join('.')

interface Stamped {
  readonly seq: number
  readonly stamp: Stamp
  /** The hub clamps it, and sets the clock back. */
  readonly isAhead: boolean
}

/** The newest save on each disk. */
const lastStamped = new WeakMap<Device['disk'], Stamped>()

function ascends(device: Device, seq: number): void {
  const { disk, plan, world } = device
  // Answers to several tabs overtake one another.
  if (plan.tabs > 1) return
  const stamp = Number(disk.query('SELECT stamp FROM _change WHERE seq = ?').values(seq)[0]?.[0]) as Stamp
  const last = lastStamped.get(disk)
  // A form that is saved again is the change that it was.
  if (last !== undefined && seq < last.seq) return
  // Of saves that are confirmed together, a later one may have been folded into an earlier one already.
  const isTogether = last !== undefined && msOfStamp(stamp) === msOfStamp(last.stamp)
  const ascending = last === undefined || last.isAhead || isTogether || stamp >= last.stamp
  holds(ascending, 'I-HLC', () => `${device.name} stamps ${stamp} after ${last?.stamp}`)
  lastStamped.set(disk, { seq, stamp, isAhead: isAhead(stamp, world.agenda.nowMs) })
}

/** Once the hub has answered everything, no clock is ahead any more. */
export function clockIsRight(device: Device): void {
  const last = lastStamped.get(device.disk)
  const { nowMs } = device.world.agenda
  holds(last === undefined || !isAhead(last.stamp, nowMs), 'H-CLOCK', () => `${device.name} stamps ${last?.stamp} at ${nowMs}`)
}

const isAhead = (stamp: Stamp, nowMs: number): boolean => msOfStamp(stamp) > nowMs + STAMP_AHEAD_MAX_MS

/** What a person asked for last, by field: of saves that are confirmed together only the last one is read. */
const lastAsked = new WeakMap<Device, Map<string, Json>>()

export function noteAsked(device: Device, batch: Batch): void {
  if (batch.type !== 'write') return
  const asked = lastAsked.get(device) ?? new Map<string, Json>()
  lastAsked.set(device, asked)
  for (const step of batch.steps)
    if (step.type === 'set') for (const [field, value] of Object.entries(step.values)) asked.set(`${step.record} ${field}`, value)
}

function readsOwnWrites(device: Device, { steps }: Write, { intent, seq }: Written): void {
  const [step] = steps
  if (steps.length !== 1 || step?.type !== 'set') return
  // A page may have brought what others wrote meanwhile.
  if (mayBeLate(device) && !standsAlone(device, steps, intent)) return
  const collection = device.world.app.device[device.appVersion].collections[step.collection]
  for (const [field, value] of Object.entries(step.values)) {
    const expected = columnOf(collection?.fields[field], value, () => writeOf(device, seq))
    if (expected === undefined) continue
    if (lastAsked.get(device)?.get(`${step.record} ${field}`) !== value) continue
    const row = device.disk.query(`SELECT "${field}" FROM "${step.collection}" WHERE id = ?`).values(step.record)[0]
    holds(row?.[0] === expected, 'I-RYW', () => `${device.name} wrote ${field} = ${JSON.stringify(value)} and reads ${JSON.stringify(row)}`)
  }
}

/** Whether something may have happened since it was saved: a tab is told by the one that leads, or its process stood still. */
const mayBeLate = ({ plan, stillUntilMs, world }: Device): boolean => plan.tabs > 1 || stillUntilMs === world.agenda.nowMs

/** Whether what was written is all there is of its fields. */
const standsAlone = (device: Device, steps: Write['steps'], intent: Intent | null): boolean =>
  device.opened !== null && [...sightOf(device, { steps }).values()].every((there) => there.length === 1 && there[0] === intent)

/** When and by whom something was written, as a custom rule is told. */
function writeOf({ disk }: Device, seq: number | null): Omit<Candidate, 'value'> {
  const [stamp] = disk.query('SELECT stamp FROM _change WHERE seq = ?').values(seq)[0] ?? []
  const [by] = disk.query("SELECT value FROM _meta WHERE key = 'account'").values()[0] ?? []
  return { stamp: Number(stamp), by: typeof by === 'string' ? by : '' }
}

/** What the column of a field holds that nobody else writes; undefined where it is no plain value. */
function columnOf(field: FieldDefinition | undefined, value: Json, write: () => Omit<Candidate, 'value'>): Json | undefined {
  if (field?.kind !== 'register' || field.value.type === 'json') return undefined
  const shown = field.rule.type === 'custom' ? field.rule.choose([{ value, ...write() }]) : (value ?? field.default ?? null)
  return typeof shown === 'boolean' ? undefined : shown
}
