/** R9: the hub takes one change of each of 64 devices at once, beside one transaction for each. */
import { encodeLiveFrame, encodePushRequest, type SpaceId } from '@tombolo/core'
import { newDirectory } from '../harness/directory.ts'
import { cpuOf, interleaved, median } from '../harness/measure.ts'
import type { Row } from '../harness/figure.ts'
import { noteOf } from '../notes.ts'
import { loadSeldom, loadText, LocalStore, memoryStorage, random, sha256 } from '../ours/built.ts'
import { runHub, type RunningHub } from '../ours/hub.ts'
import { app } from '../ours/schema.ts'

const DEVICES = 64
const TIMES_MIN = 5

export const r9: Row = {
  name: 'R9',
  measure: async ({ quick }) => {
    const [rounds, turns] = quick ? [4, 4] : [9, 8]
    const running = await runHub(newDirectory())
    const writers = await newWriters(running)
    const wall = { single: [] as number[], grouped: [] as number[] }
    const timed = async (kind: 'single' | 'grouped', push: (frames: readonly string[]) => Promise<void>): Promise<number> => {
      const frames = Array.from({ length: turns }, () => writers.map((writer) => writer.nextFrame()))
      const startedAtMs = performance.now()
      const cost = await cpuOf(async () => {
        for (const each of frames) await push(each)
      })
      wall[kind].push((performance.now() - startedAtMs) / (turns * DEVICES))
      return cost / (turns * DEVICES)
    }
    const costs = await interleaved(rounds, {
      single: () =>
        timed('single', async (frames) => {
          for (const [index, writer] of writers.entries()) await writer.push(frames[index] ?? '')
        }),
      grouped: () =>
        timed('grouped', async (frames) => void (await Promise.all(writers.map((writer, index) => writer.push(frames[index] ?? ''))))),
    })
    await running.close()
    const times = median(wall.single.slice(1).map((each, round) => each / (wall.grouped[round + 1] ?? each)))
    const [ours, raw] = [1000 / median(wall.grouped.slice(1)), 1000 / median(wall.single.slice(1))]
    const note = `CPU ${median(costs.grouped).toFixed(0)} µs a change, one by one ${median(costs.single).toFixed(0)}; in a process of the hub, without a network`
    const said = { key: 'R9', work: '64 devices × 1 change, hub on SQLite', unit: 'changes/s', note }
    return [{ ...said, ours, raw, ratio: 1 / times, goal: `≥ ${TIMES_MIN} × one by one`, reached: times >= TIMES_MIN }]
  },
}

class FrameWriter {
  readonly #line: ReturnType<RunningHub['hub']['live']['open']>
  readonly #store: LocalStore
  readonly #space: SpaceId
  #frames = 0
  #answered: (text: string) => void = () => undefined

  constructor({ hub }: RunningHub, store: LocalStore, space: SpaceId) {
    this.#store = store
    this.#space = space
    const socket = { send: (text: string) => this.#answered(text), buffered: () => 0, close: () => undefined }
    this.#line = hub.live.open({ account: 'ann' }, socket)
  }

  nextFrame(): string {
    this.#frames++
    const step = { type: 'add', collection: 'notes', record: crypto.randomUUID() as never, values: { ...noteOf(this.#frames) } } as const
    const written = this.#store.write({ space: this.#space, steps: [step], createsSpace: true, intent: String(this.#frames) })
    const request = written.ok ? this.#store.hub.nextPush(this.#space, { bytesMax: 1, changesMax: 1 }) : null
    if (request === null) throw new Error('the device of the bench has nothing to push')
    // It is taken as sent and forgotten: the hub alone is measured.
    for (const change of this.#store.state.changes.live) this.#store.state.changes.delete(change.seq)
    return JSON.stringify(encodeLiveFrame({ type: 'request', id: String(this.#frames), path: 'push', body: encodePushRequest(request) }))
  }

  push(frame: string): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = () => resolve()
      this.#line.receive(Buffer.from(frame))
    })
  }
}

async function newWriters(running: RunningHub): Promise<readonly FrameWriter[]> {
  const space = crypto.randomUUID() as string as SpaceId
  const writers: FrameWriter[] = []
  for (let index = 0; index < DEVICES; index++) {
    const store = await LocalStore.open(await memoryStorage().open('device'), app, {
      nowMs: Date.now,
      random,
      hash: sha256,
      loadText,
      loadUpgrade: loadSeldom,
    })
    writers.push(new FrameWriter(running, store, space))
  }
  return writers
}
