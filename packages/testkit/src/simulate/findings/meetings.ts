/**
 * How often people met: of the accepted writes of each field, those that were on their way while somebody else wrote the same field, which
 * their author had not seen. Told by the log: each change names what it saw of its record (`lifeOver`).
 */
import { canonicalJson, type FieldDefinition, type FieldOperation, LIFE_FIELD, type Name, type SchemaDefinition } from '@tombolo/core'
import { referenceLife, referenceShown } from '@tombolo/core/testing'
import type { Reference } from '../../simulator/invariants/healed.ts'
import type { Entry } from '../../simulator/reference/standing.ts'
import type { Arrival } from '../../simulator/reference/writes.ts'

/** What became of the writes of one field. */
export interface Meeting {
  /** The rule of the field, or its kind where that says how it merges; of deleting, the collection's `onDelete`. */
  readonly rule: string
  readonly writes: number
  /** Of these, met another one that their author had not seen. */
  readonly met: number
  /** Conflicts that were put before a person. */
  readonly asked: number
}

/** By field: `notes.title`, and `notes.$life` for deleting. */
export type Meetings = ReadonlyMap<string, Meeting>

export function meetingsIn(references: readonly Reference[], { collections }: SchemaDefinition): Meetings {
  const met = new Map<string, Meeting>()
  for (const reference of references) {
    for (const { written } of reference.values()) {
      const collection = collections[written.collection]
      if (collection === undefined) continue
      const record = new RecordMeetings(written.arrivals, collection.onDelete)
      for (const [field, definition] of Object.entries(collection.fields))
        add(met, `${collection.name}.${field}`, record.of(field, definition))
      add(met, `${collection.name}.${LIFE_FIELD}`, record.ofLife())
    }
  }
  return met
}

function add(to: Map<string, Meeting>, field: string, meeting: Meeting): void {
  const known = to.get(field)
  to.set(field, known === undefined ? meeting : sumOf(known, meeting))
}

export const sumOf = (a: Meeting, b: Meeting): Meeting => ({
  rule: a.rule,
  writes: a.writes + b.writes,
  met: a.met + b.met,
  asked: a.asked + b.asked,
})

const ruleOf = (definition: FieldDefinition): string =>
  'rule' in definition && definition.kind !== 'text' ? definition.rule.type : definition.kind

type OnDelete = SchemaDefinition['collections'][string]['onDelete']

class RecordMeetings {
  readonly #arrivals: readonly Arrival[]
  readonly #onDelete: OnDelete
  readonly #seen = new Map<Name, ReadonlySet<Name>>()

  constructor(arrivals: readonly Arrival[], onDelete: OnDelete) {
    this.#arrivals = arrivals
    this.#onDelete = onDelete
    for (const { name, operations } of arrivals)
      this.#seen.set(name, new Set(operations.lifeOver.flatMap((other) => [other, ...(this.#seen.get(other) ?? [])])))
  }

  of(field: string, definition: FieldDefinition): Meeting {
    const writes = this.#arrivals.flatMap((arrival) =>
      arrival.operations.fields.filter((operation) => operation.field === field).map((operation) => ({ arrival, operation })),
    )
    const met = writes.filter(({ arrival, operation }, index) =>
      writes.slice(0, index).some((other) => placeOf(other.operation) === placeOf(operation) && this.#isUnseen(other.arrival, arrival)),
    )
    const asked = 'rule' in definition ? askedOver(definition.rule, writes) : 0
    return { rule: ruleOf(definition), writes: writes.length, met: met.length, asked }
  }

  /** A delete, and another write to the record: only together they are a question. */
  ofLife(): Meeting {
    const deletes = this.#arrivals.filter(({ operations }) => operations.life === 'deleted')
    const met = deletes.filter((one) =>
      this.#arrivals.some((other) => other.operations.life === 'alive' && this.#isUnseen(other, one) && this.#isUnseen(one, other)),
    )
    const asked = this.#onDelete === 'review' ? this.#askedOverLife() : 0
    return { rule: this.#onDelete, writes: deletes.length, met: met.length, asked }
  }

  #isUnseen({ name }: Arrival, by: Arrival): boolean {
    return name !== by.name && this.#seen.get(by.name)?.has(name) !== true
  }

  #askedOverLife(): number {
    const place = new PlaceOverTime()
    return timesTrue(
      this.#arrivals.map((arrival) => {
        place.takes(arrival, arrival.operations.life, arrival.operations.lifeOver, undefined)
        return referenceLife(this.#onDelete, place.entries).conflicted
      }),
    )
  }
}

/** Elements of a set have nothing to do with each other. */
const placeOf = (operation: FieldOperation): string => ('element' in operation ? canonicalJson(operation.element) : '')

interface FieldWrite {
  readonly arrival: Arrival
  readonly operation: FieldOperation
}

function askedOver(rule: Parameters<typeof referenceShown>[0], writes: readonly FieldWrite[]): number {
  if (rule.type !== 'review') return 0
  const place = new PlaceOverTime()
  return timesTrue(
    writes.map(({ arrival, operation }) => {
      if (operation.kind === 'set') place.takes(arrival, operation.value, operation.over, operation.resolves)
      return referenceShown(rule, place.entries).conflict.length > 0
    }),
  )
}

/** The entries of a place as one write after the other arrives. */
class PlaceOverTime {
  entries: readonly Entry[] = []
  readonly #over = new Set<Name>()

  takes(
    { name, stamp, hubStamp, by, unverified }: Arrival,
    value: Entry['value'],
    over: readonly Name[],
    resolves: string | undefined,
  ): void {
    for (const other of over) this.#over.add(other)
    const arrived: Entry = { name, stamp, hubStamp, by, unverified, value, resolves }
    this.entries = [...this.entries, arrived].filter((entry) => !this.#over.has(entry.name))
  }
}

/** How often something that was not so came to be so. */
const timesTrue = (states: readonly boolean[]): number => states.filter((isSo, index) => isSo && states[index - 1] !== true).length
