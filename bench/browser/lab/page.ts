/** The page that the bench drives: opens either side, does work on it, and tells how long that took. */
import { siteOf } from '../../src/notes.ts'
import { openOurs, type OurSide } from './our-side.ts'
import { openRaw, type RawSide } from './raw-side.ts'
import { runWork, type Side, type Work } from './side.ts'

export type Name = 'ours' | 'raw'

export interface Lab {
  /** Opens the store; milliseconds until it is open, and until the newest hundred of a site are here too. `token`: null without a hub. */
  openOurs(token: string | null): Promise<{ readonly openMs: number; readonly shownMs: number }>
  /** Resolves when the hub's notes are all here. */
  received(count: number): Promise<void>
  /** Opens the table, or waits in line for it. */
  openRaw(): void
  /** Makes the table hold so many notes, if it is empty. */
  fillRaw(count: number): Promise<void>
  /** Milliseconds of the median piece of work. */
  work(name: Name, work: Work, count: number): Promise<number>
  /** Resolves when the database is another tab's than now, and has answered: the time on this machine's clock. */
  handedOver(name: Name): Promise<number>
  close(): Promise<void>
}

declare global {
  interface Window {
    lab: Lab
  }
}

let ours: OurSide | undefined
let raw: RawSide | undefined
const ids: Partial<Record<Name, readonly string[]>> = {}

window.lab = {
  async openOurs(token) {
    const startedAtMs = performance.now()
    ours = await openOurs(token)
    const openMs = performance.now() - startedAtMs
    await ours.newest(siteOf(0))
    return { openMs, shownMs: performance.now() - startedAtMs }
  },
  received: (count) => opened(ours).received(count),
  openRaw: () => void (raw = openRaw()),
  async fillRaw(count) {
    if ((await opened(raw).ids()).length === 0) await opened(raw).fill(count)
  },
  async work(name, work, count) {
    const side = sideOf(name)
    return await runWork(side, (ids[name] ??= await side.ids()), work, count)
  },
  async handedOver(name) {
    const side = sideOf(name)
    const before = await holderOf(side.lock)
    while ((await holderOf(side.lock)) === before) await new Promise((resolve) => setTimeout(resolve, 1))
    await side.newest(siteOf(0))
    return Date.now()
  },
  close: () => opened(ours).close(),
}

const sideOf = (name: Name): Side => opened(name === 'ours' ? ours : raw)

function opened<T>(side: T | undefined): T {
  if (side === undefined) throw new Error('this side of the bench is not open')
  return side
}

async function holderOf(lock: string): Promise<string | undefined> {
  const { held = [] } = await navigator.locks.query()
  return held.find(({ name }) => name === lock)?.clientId
}
