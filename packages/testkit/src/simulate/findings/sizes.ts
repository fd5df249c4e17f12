/** What things take, in bytes: records with all that merging needs, texts, outboxes, the hub. */
import { canonicalJson, type Json, type SpaceId, viewRecord } from '@tombolo/core'
import { recordsOfHub, type Reference } from '../../simulator/invariants/healed.ts'
import type { World } from '../../simulator/world.ts'

/** What things took in one world. */
export interface Sizes {
  /** Of each record that is there, as the hub keeps it: values, names and stamps of the writes, and what a conflict needs. */
  readonly records: readonly number[]
  /** Of each text, with the document of its edits in place; and of what all of them together show. */
  readonly texts: readonly number[]
  readonly textBytes: number
  /** What a record takes beside the values that it shows, and how many accepted changes it had. */
  readonly beside: number
  readonly changes: number
  /** The greatest outbox that a device had when it was looked at. */
  readonly outboxBytes: number
  readonly outboxChanges: number
  /** How much the hub's database grew, and how many changes it took. */
  readonly hubBytes: number
  readonly hubChanges: number
}

/** One for each run. */
export class Scales {
  #emptyHubBytes = 0
  #outboxBytes = 0
  #outboxChanges = 0

  begins(world: World): void {
    this.#emptyHubBytes = world.hub.bytes()
  }

  looks({ devices }: World): void {
    for (const { disk } of devices) {
      const sums = disk.query("SELECT coalesce(sum(bytes), 0), count(*) FROM _change WHERE status IN ('unsealed', 'queued')")
      const [bytes = 0, changes = 0] = sums.values()[0] ?? []
      this.#outboxBytes = Math.max(this.#outboxBytes, Number(bytes))
      this.#outboxChanges = Math.max(this.#outboxChanges, Number(changes))
    }
  }

  async concludes(world: World, references: ReadonlyMap<SpaceId, Reference>): Promise<Sizes> {
    const { hub } = world
    const shown = [...references.values()].flatMap((reference) => [...reference.values()])
    const records = hub.recordBytes()
    const texts = await textsOf(world, [...references.keys()])
    return {
      records,
      texts: texts.map(({ state }) => bytesOf(state)),
      textBytes: sumOf(texts.map(({ letters }) => bytesOf(letters))),
      beside: Math.max(0, sumOf(records) - sumOf(shown.map(({ shown: { values } }) => bytesOf(values)))),
      changes: sumOf(shown.map(({ written }) => written.arrivals.length)),
      outboxBytes: this.#outboxBytes,
      outboxChanges: this.#outboxChanges,
      hubBytes: Math.max(0, hub.bytes() - this.#emptyHubBytes),
      hubChanges: sumOf([...hub.ledger.spaces.values()].map(({ head }) => head)),
    }
  }
}

interface TextInRecord {
  readonly state: Json
  readonly letters: string
}

async function textsOf(world: World, spaces: readonly SpaceId[]): Promise<readonly TextInRecord[]> {
  const { collections } = world.app.device[2]
  const rows = await Promise.all(spaces.map((space) => recordsOfHub(world, space)))
  return rows
    .flatMap((records) => [...records.values()])
    .flatMap(({ collection, state }) => {
      const definition = collections[collection]
      if (definition === undefined) return []
      const { values } = viewRecord(definition, state)
      return Object.entries(definition.fields).flatMap(([name, { kind }]) => {
        const letters = values[name]
        return kind !== 'text' || typeof letters !== 'string' || letters === ''
          ? []
          : [{ state: state.fields[name] as unknown as Json, letters }]
      })
    })
}

const bytesOf = (value: Json): number => Buffer.byteLength(canonicalJson(value))
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0)
