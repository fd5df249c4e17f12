/**
 * Random histories: several devices write one space, say things twice, out of order and at once, and do not hear the answers.
 * Each answer that a device could have heard is compared with the ones before it.
 */
import assert from 'node:assert/strict'
import { type FieldOperation, type Name, type PushAnswer, type RecordId, stampAt, type Verdict } from '@tombolo/core'
import fc from 'fast-check'
import { type Bench, good } from './bench-hub.ts'
import { type Device, notes } from './device.ts'

const DEVICES = 3
const RECORDS = 3

interface Write {
  readonly type: 'write'
  readonly device: number
  readonly record: number
  readonly kind: number
  /** Which of the names that there are this write is over; some of them have not arrived. */
  readonly seen: number
  readonly aheadMs: number
}

interface Push {
  readonly type: 'push'
  readonly device: number
  readonly start: number
  readonly length: number
  readonly times: number
}

export type Step = Write | { readonly type: 'pushes'; readonly pushes: readonly Push[] }

const anyWrite: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('write'),
  device: fc.nat(DEVICES - 1),
  record: fc.nat(RECORDS - 1),
  kind: fc.nat(6),
  seen: fc.nat(255),
  aheadMs: fc.constantFrom(0, 10, -100_000, 500_000),
})
const anyPush: fc.Arbitrary<Push> = fc.record({
  type: fc.constant('push'),
  device: fc.nat(DEVICES - 1),
  start: fc.nat(6),
  length: fc.nat(6),
  times: fc.integer({ min: 1, max: 3 }),
})
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: anyWrite },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pushes'), pushes: fc.array(anyPush, { minLength: 1, maxLength: 4 }) }) },
)

export class History {
  readonly bench: Bench
  readonly devices: readonly Device[]
  readonly #records: readonly RecordId[]
  readonly #names: Name[] = []
  /** By intent, each answer must say the same. */
  readonly verdicts: Map<string, Verdict> = new Map()

  constructor(bench: Bench) {
    this.bench = bench
    const first = bench.device()
    this.devices = [first, ...Array.from({ length: DEVICES - 1 }, () => bench.device(first.space))]
    this.#records = Array.from({ length: RECORDS }, () => first.record())
  }

  async take(step: Step): Promise<void> {
    this.bench.clock.now += 7
    if (step.type === 'write') this.#write(step)
    else await Promise.all(step.pushes.flatMap((push) => Array.from({ length: push.times }, () => this.#push(push))))
  }

  /** Every device says everything, as after a long night without network. */
  async settle(): Promise<void> {
    for (const device of this.devices) this.#note(good(await this.bench.push(device.push())))
  }

  #write({ device: index, record, kind, seen, aheadMs }: Write): void {
    const device = this.devices[index]
    const id = this.#records[record]
    if (device === undefined || id === undefined) return
    const over = this.#names
      .filter((_, at) => (seen >> (at % 8)) & 1)
      .slice(-3)
      .sort()
    const content = device.content([{ ...notes(id, operations(kind, over), over), life: kind === 6 ? 'deleted' : 'alive' }], {
      stamp: stampAt(this.bench.clock.now + aheadMs),
    })
    this.#names.push(device.write(content).name)
  }

  async #push({ device: index, start, length }: Push): Promise<void> {
    const device = this.devices[index]
    if (device === undefined) return
    const answer = await this.bench.push(device.push(Math.min(start, device.written.length), start + length))
    if ('verdicts' in answer) this.#note(answer)
    else assert.ok(['push.gap', 'space.unknown'].includes(answer.code), answer.code)
  }

  #note(answer: PushAnswer): void {
    for (const verdict of answer.verdicts) {
      const known = this.verdicts.get(verdict.name)
      if (known !== undefined) assert.deepEqual(verdict, known)
      this.verdicts.set(verdict.name, verdict)
    }
  }
}

function operations(kind: number, over: readonly Name[]): readonly FieldOperation[] {
  const title: FieldOperation = { kind: 'set', field: 'title', value: `title ${kind}`, over }
  switch (kind) {
    case 0:
      return [title]
    case 1:
      return [title, { kind: 'increment', field: 'visits', by: 3 }]
    case 2:
      return [title, { kind: 'addTo', field: 'tags', element: 'red', over }]
    case 3:
      return [{ kind: 'removeFrom', field: 'tags', element: 'red', over }]
    case 4:
      return [{ kind: 'set', field: 'title', value: 4, over }]
    case 5:
      return [title, { kind: 'set', field: 'body', value: 'some text', over }]
    default:
      return []
  }
}
