/** A page over a real engine in memory, and a hub that answers as a test says. */
import { contentHashOf, contentText, type Epoch, nameOf, type Schema, type SpaceId, type Stamp, type Verdict } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { Engine } from '../../engine/engine.ts'
import type { LocalStore } from '../../engine/local-store.ts'
import type { EnginePort } from '../../engine/port.ts'
import { Store } from '../../page/store.ts'
import { realTimer } from '../../tabs/channel.ts'
import { memoryStorage } from '../../storage/node.ts'
import { openDevice, sha256, type TestDevice } from '../local-store-kit.ts'

export interface TestPage<S extends Schema> {
  readonly store: Store<S>
  readonly engine: EnginePort
  readonly device: TestDevice
  /** What watchers threw. */
  readonly errors: unknown[]
  /** Opens another page on the same engine. */
  readonly anotherPage: () => Promise<Store<S>>
}

export async function openPage<S extends Schema>(
  schema: S,
  through: (engine: EnginePort) => EnginePort = (engine) => engine,
): Promise<TestPage<S>> {
  const device = await openDevice(schema, 7)
  const errors: unknown[] = []
  const engine = through(
    new Engine({
      store: device.store,
      aside: memoryStorage(),
      sync: null,
      durability: 'disk',
      requestFrame: (run) => queueMicrotask(run),
      setTimer: realTimer,
      onError: (error) => errors.push(error),
      loadText: () => Promise.resolve(yjsEditor(() => new DataView(device.random(4).buffer).getUint32(0))),
    }),
  )
  const anotherPage = (): Promise<Store<S>> => Store.open({ schema, port: engine, nowMs: () => device.clock.ms, random: device.random })
  return { store: await anotherPage(), engine, device, errors, anotherPage }
}

export const EPOCH = 'AAAAAAAAAAAAAAAAAAAAAA' as Epoch

export type Answer = { readonly type: 'applied' } | { readonly type: 'rejected'; readonly code: string; readonly message: string }

/** The hub judges everything that waits in a space. */
export function judgeAll(local: LocalStore, space: SpaceId, answer: Answer): void {
  const request = local.hub.nextPush(space, { bytesMax: 1_000_000, changesMax: 100 })
  if (request === null) return
  let version = local.state.spaces.get(space).head
  const verdicts = request.changes.map((change): Verdict => {
    const contentHash = contentHashOf(sha256, contentText(change.content))
    const judged = { name: nameOf(change.content.intent, contentHash), contentHash, attempt: change.attempt }
    if (answer.type === 'rejected') return { ...judged, ...answer }
    return {
      ...judged,
      type: 'applied',
      version: ++version,
      receipt: { effectiveStamp: change.content.stamp, hubStamp: (change.content.stamp + 1) as Stamp, mac: '' },
    }
  })
  local.hub.pushAnswered(request, {
    epoch: EPOCH,
    replica: request.replica,
    space,
    hubTimeMs: local.state.nowMs(),
    account: 'ada',
    verdicts,
    head: version,
    cursor: null,
    durableThrough: 0,
  })
}

/** Lets promises and frames run. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
