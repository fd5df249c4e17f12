import { expect, test } from 'vitest'
import { type BatteryLike, deviceHints, networkHints, pageHints } from './browser-connectivity.ts'
import { allOf, BLIND, type Hint, Relay } from './connectivity.ts'

/** An event target whose fields a test changes. */
function scope<T extends object>(fields: T): T & EventTarget {
  return Object.assign(new EventTarget(), fields)
}

function hear(connectivity: { watch(tell: (hint: Hint) => void): () => void }): { hints: Hint[]; stop: () => void } {
  const hints: Hint[] = []
  return { hints, stop: connectivity.watch((hint) => hints.push(hint)) }
}

test('[S1] the network is told when it is said to be gone, and each time it changes; nothing after the end', () => {
  const worker = scope({ navigator: { onLine: false } })
  const { hints, stop } = hear(networkHints(worker))
  worker.dispatchEvent(new Event('online'))
  stop()
  worker.dispatchEvent(new Event('offline'))
  expect(hints).toEqual([{ type: 'offline' }, { type: 'online' }])
})

test('[S1] a platform that knows nothing tells nothing', () => {
  expect(hear(BLIND).hints).toEqual([])
  expect(hear(networkHints(scope({ navigator: {} }))).hints).toEqual([])
})

test('[S1] a page tells whether anyone looks', () => {
  const page = scope({ visibilityState: 'visible' })
  const { hints } = hear(pageHints(page))
  for (const visibilityState of ['hidden', 'visible']) {
    Object.assign(page, { visibilityState })
    page.dispatchEvent(new Event('visibilitychange'))
  }
  expect(hints).toEqual([{ type: 'hidden' }, { type: 'visible' }])
})

test('[S5] conditions are told as far as the browser knows them; the rest is unknown', async () => {
  const connection = scope({ type: 'cellular', saveData: true })
  const battery = scope({ level: 0.1, charging: false }) satisfies BatteryLike
  const { hints } = hear(deviceHints({ navigator: { connection, getBattery: async () => battery } }, () => 17))
  await Promise.resolve()
  await Promise.resolve()
  Object.assign(battery, { charging: true })
  battery.dispatchEvent(new Event('chargingchange'))
  const conditions = { wifi: false, metered: true, saveData: true, midnightAt: 17 }
  expect(hints.map((hint) => 'conditions' in hint && hint.conditions)).toEqual([
    { ...conditions, battery: 'unknown' },
    { ...conditions, battery: { level: 0.1, charging: false } },
    { ...conditions, battery: { level: 0.1, charging: true } },
  ])
  const blind = hear(deviceHints({ navigator: {} }, () => 17)).hints
  expect(blind).toEqual([
    {
      type: 'conditionsChanged',
      conditions: { wifi: 'unknown', metered: 'unknown', saveData: 'unknown', battery: 'unknown', midnightAt: 17 },
    },
  ])
})

test('[S1] who listens late to a relay hears the last hint of each kind, and several sources are one', () => {
  const [page, network] = [new Relay(), new Relay()]
  page.tell({ type: 'hidden' })
  page.tell({ type: 'visible' })
  network.tell({ type: 'offline' })
  const { hints, stop } = hear(allOf(page, network))
  page.tell({ type: 'hidden' })
  stop()
  page.tell({ type: 'visible' })
  expect(hints).toEqual([{ type: 'visible' }, { type: 'offline' }, { type: 'hidden' }])
})
