import { canonicalJson, type Json, type Name, type RecordId, type RecordPart } from '@tombolo/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bench, good, openBench, seeded } from '../test/bench-hub.ts'
import { Device, notes, setTitle } from '../test/device.ts'
import { notesSchema } from '../test/schema.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const RECORDS = 3

interface Step {
  readonly device: number
  readonly record: number
  readonly kind: 'title' | 'tag' | 'visit' | 'delete' | 'push' | 'wait'
  /** Which of the names of this record the write is over; some have not arrived. */
  readonly seen: number
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  device: fc.nat(1),
  record: fc.nat(RECORDS - 1),
  kind: fc.constantFrom('title', 'tag', 'visit', 'delete', 'delete', 'push', 'push', 'wait'),
  seen: fc.nat(15),
})

const NOBODY_WRITES: Step[] = [{ device: 0, record: 0, kind: 'push', seen: 0 }]
const A_NOTE_IS_FORGOTTEN: Step[] = (['title', 'delete', 'push', 'wait', 'wait'] as const).map((kind) => ({
  device: 0,
  record: 0,
  kind,
  seen: 15,
}))

/** The same people before one hub that forgets, and one that does not. */
class World {
  readonly bench: Bench
  readonly #devices: readonly Device[]
  readonly #pushed: number[] = [0, 0]
  readonly #records: readonly RecordId[]
  readonly #names: readonly Name[][] = Array.from({ length: RECORDS }, () => [])

  constructor(bench: Bench) {
    this.bench = bench
    const random = seeded(5)
    const first = new Device({ schema: notesSchema, random, clock: () => bench.clock.now })
    const second = new Device({ schema: notesSchema, random, clock: () => bench.clock.now, space: first.space })
    this.#devices = [first, second]
    this.#records = Array.from({ length: RECORDS }, () => first.record())
  }

  async take({ device: index, record, kind, seen }: Step): Promise<void> {
    this.bench.clock.now += 7
    const device = this.#devices[index]
    if (device === undefined) return
    if (kind === 'push') return this.#push(index, device)
    if (kind === 'wait') return this.#wait()
    this.#write(device, record, kind, seen)
  }

  async records(): Promise<ReadonlyMap<string, string>> {
    for (const [index, device] of this.#devices.entries()) await this.#push(index, device)
    const [device] = this.#devices
    // Where nobody has written, there is no space.
    if (device === undefined || this.#pushed.every((pushed) => pushed === 0)) return new Map()
    const { body } = good(await this.bench.pull(device.pull({ accept: 'records' })))
    return new Map((body.type === 'records' ? body.records : []).map((part) => [part.id, merged(part)]))
  }

  #write(device: Device, record: number, kind: Step['kind'], seen: number): void {
    const names = this.#names[record] ?? []
    const id = this.#records[record] ?? device.record()
    const over = names.filter((_, at) => (seen >> (at % 4)) & 1).sort()
    const title = setTitle(`${names.length}`, over)
    const fields = {
      title: [title],
      tag: [title, { kind: 'addTo', field: 'tags', element: 'red', over } as const],
      visit: [title, { kind: 'increment', field: 'visits', by: 1 } as const],
    }
    const operations = kind in fields ? fields[kind as keyof typeof fields] : []
    const life = kind === 'delete' ? 'deleted' : 'alive'
    names.push(device.write(device.content([{ ...notes(id, operations, over), life }])).name)
  }

  async #push(index: number, device: Device): Promise<void> {
    if (device.written.length === 0) return
    good(await this.bench.push(device.push(this.#pushed[index])))
    this.#pushed[index] = device.written.length
  }

  async #wait(): Promise<void> {
    this.bench.clock.now += 200 * DAY_MS
    await this.bench.hub.maintain()
  }
}

/** Without versions and the hub's stamps: what a hub refuses takes none. */
const merged = ({ record }: RecordPart): string =>
  canonicalJson(
    JSON.parse(JSON.stringify(record, (key, value: unknown) => (['version', 'hubStamp'].includes(key) ? undefined : value))) as Json,
  )

test('[Q4][M1] what a hub has not forgotten is merged as by a hub that never forgets', async () => {
  let forgotten = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
      const forgetting = new World(await openBench({ inMemory: true }))
      const keeping = new World(await openBench({ inMemory: true, retention: { deletedDays: 100_000 } }))
      for (const step of steps) {
        await forgetting.take(step)
        await keeping.take(step)
      }
      const [left, all] = [await forgetting.records(), await keeping.records()]
      for (const [id, record] of left) expect(record).toBe(all.get(id))
      forgotten += all.size - left.size
      for (const { bench } of [forgetting, keeping]) await bench.storage.close()
    }),
    { numRuns: 60, examples: [[NOBODY_WRITES], [A_NOTE_IS_FORGOTTEN]] },
  )
  expect(forgotten).toBeGreaterThan(0)
})
