/**
 * The same storm as in retry-storm.ts with real devices, fewer and for a shorter time: their hub is killed and comes back after a while.
 * Each has to send what it saved, once.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { damagedIn } from './databases.ts'
import { savedBy } from './devices.ts'
import { freePort } from './free-port.ts'
import { type Contents, type Findings, judge, together } from './judge.ts'
import type { Programs } from './programs.ts'

export interface CrowdTask {
  readonly directory: string
  readonly hub: string
  /** Each is of an account of its own. */
  readonly devices: number
  /** A pause between two saves of a device is drawn below this. */
  readonly pauseMs: number
}

export interface CrowdOptions {
  readonly devices: number
  readonly outageMs: number
  /** A folder of this torture alone. */
  readonly directory: string
  readonly programs: Programs
}

export interface Crowd extends Findings {
  readonly saved: number
  /** From the return of the hub until every device had sent something that it saved after that. */
  readonly backMs: number
}

const PAUSE_MS = 5000

export async function crowd({ devices, outageMs, directory, programs }: CrowdOptions): Promise<Crowd> {
  mkdirSync(join(directory, 'hub'))
  const port = await freePort()
  const startHub = async (): Promise<Child> => {
    const hub = new Child(programs.hub, [join(directory, 'hub'), String(port)])
    await hub.said('ready')
    return hub
  }
  let hub = await startHub()
  const task: CrowdTask = { directory, hub: `http://127.0.0.1:${port}/sync`, devices, pauseMs: PAUSE_MS }
  const all = new Child(programs.crowd, [JSON.stringify(task)])
  try {
    await everyoneSent(all, devices, 0)
    await hub.kill()
    await new Promise((resolve) => setTimeout(resolve, outageMs))
    const [before, backAt] = [all.lines.length, performance.now()]
    hub = await startHub()
    await everyoneSent(all, devices, before)
    const backMs = performance.now() - backAt
    all.stop()
    await all.ended()
    const contents = all.lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Contents] : []))
    return { saved: savedBy(all).length, backMs: Math.round(backMs), ...judgeAll(savedBy(all), contents, directory) }
  } finally {
    await Promise.all([all.kill(), hub.kill()])
  }
}

/** Resolves when each device has sent a word that it saved after so many lines. */
async function everyoneSent(all: Child, devices: number, after: number): Promise<void> {
  const fresh = new Set<string>()
  const sent = new Set<string>()
  let at = 0
  await all.saw((line) => {
    if (at++ >= after && line.startsWith('+ ')) fresh.add(line.slice(2))
    if (line.startsWith('= ') && fresh.has(line.slice(2))) sent.add(line.slice(3, line.indexOf('.')))
    return sent.size === devices
  })
}

/** Every device has an account of its own, so each is judged alone; a word begins with the name of its device. */
function judgeAll(saved: readonly string[], contents: readonly Contents[], directory: string): Findings {
  const found = contents.map((one, index) => judge(new Set(saved.filter((word) => word.startsWith(`<device${index}.`))), [one]))
  return together(...found, { lost: 0, doubled: 0, torn: damagedIn(directory) })
}
