/** The targets of a person's steps: the records that they touch, in the order of the first touch. */
import { conflictIdOf, type Hash, type RecordId, type Refusal, type SchemaDefinition, show, type SpaceId } from '@tombolo/core'
import type { RecordStep } from './port.ts'
import type { RecordTable } from './records.ts'
import { NOT_SEEN, type SeenRecord } from './seen-records.ts'
import type { StoredRecord } from './stored-record.ts'

export interface Target {
  readonly stored: StoredRecord
  readonly steps: RecordStep[]
  /** The record as the person sees it; set by `look`. */
  seen: SeenRecord
}

export class Targets {
  readonly list: Target[] = []
  readonly #schema: SchemaDefinition
  readonly #records: RecordTable
  readonly #space: SpaceId
  readonly #byId = new Map<string, Map<RecordId, Target>>()

  constructor(schema: SchemaDefinition, records: RecordTable, space: SpaceId) {
    this.#schema = schema
    this.#records = records
    this.#space = space
  }

  find(collection: string, id: RecordId): Target | undefined {
    return this.#byId.get(collection)?.get(id)
  }

  /** Looks at the records. `without` is a change to leave out, because it is about to be rewritten. */
  look(without: number | null): void {
    for (const target of this.list) target.seen = this.#records.seen(target.stored, without)
  }

  take(step: RecordStep): Refusal | null {
    const known = this.find(step.collection, step.record)
    const target = known ?? this.#load(step)
    if (target === null) return { code: 'schema.unknownCollection', message: `There is no collection '${step.collection}'.` }
    if (step.type === 'add' && step.ifAbsent === true && (known !== undefined || target.stored.exists)) return null
    const refusal = mayStep(step, target, this.#space)
    if (refusal !== null) return refusal
    if (known === undefined) this.#add(target)
    target.steps.push(step)
    return null
  }

  #load({ collection: name, record }: RecordStep): Target | null {
    const collection = this.#schema.collections[name]
    if (collection === undefined) return null
    const stored = this.#records.load(collection, record) ?? this.#records.fresh(collection, record, this.#space)
    return { stored, steps: [], seen: NOT_SEEN }
  }

  #add(target: Target): void {
    const { collection, id } = target.stored
    const byId = this.#byId.get(collection.name) ?? new Map<RecordId, Target>()
    if (byId.size === 0) this.#byId.set(collection.name, byId)
    byId.set(id, target)
    this.list.push(target)
  }
}

function mayStep(step: RecordStep, { stored, steps }: Target, space: SpaceId): Refusal | null {
  if (stored.space !== space) return { code: 'write.manySpaces', message: 'One save concerns one project.', collection: step.collection }
  if (step.ifUnchanged !== undefined && step.ifUnchanged !== `${stored.confirmed?.version ?? 0}.${stored.edited}`) {
    return { code: 'changed', message: 'This was changed meanwhile.', collection: step.collection }
  }
  if (!stored.exists && step.type !== 'add' && steps.length === 0)
    return { code: 'record.absent', message: 'That record is not on this device.', collection: step.collection }
  return null
}

/** Refuses a decision on a conflict whose values changed: it applies only to the values that the person saw [M4]. */
export function staleDecision(hash: Hash, targets: readonly Target[]): Refusal | null {
  for (const target of targets) {
    for (const step of target.steps) {
      if (step.type !== 'resolve' || isOpen(hash, target, step)) continue
      const { collection, field } = step
      return { code: 'conflict.changed', message: 'There is more to decide about now. Look again.', collection, field }
    }
  }
  return null
}

function isOpen(hash: Hash, { stored, seen: { view } }: Target, { field, conflict }: Extract<RecordStep, { type: 'resolve' }>): boolean {
  const register = view?.fields[field]
  const definition = stored.collection.fields[field]
  if (register?.kind !== 'register' || definition === undefined || !('rule' in definition)) return false
  return conflictIdOf(hash, show(definition.rule, register).contenders) === conflict
}
