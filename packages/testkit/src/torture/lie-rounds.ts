/**
 * Each lie is told to a device of its own, which writes and syncs through a lying proxy:
 *
 *   the truth, until something was sent ──► the lie, some times ──► the truth, until a word that was saved after the lie is sent ──► judge
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { damagedIn } from './databases.ts'
import { savedBy, settled, startWriting } from './devices.ts'
import { freePort } from './free-port.ts'
import { type Findings, judge, together } from './judge.ts'
import { LIES, type NamedLie } from './lies.ts'
import { LyingProxy } from './lying-proxy.ts'
import { peakMibOf } from './memory.ts'
import type { Programs } from './programs.ts'

export interface LieOptions {
  /** A folder of this torture alone. */
  readonly directory: string
  readonly programs: Programs
  readonly tell: (news: string) => void
}

export interface Lied extends Findings {
  readonly lies: number
  readonly saved: number
  /** The most memory that a device, and the hub, ever held, in MiB. */
  readonly deviceMib: number
  readonly hubMib: number
}

/** Devices at a time. */
const AT_ONCE = 4

export async function lieRounds({ directory, programs, tell }: LieOptions): Promise<Lied> {
  mkdirSync(join(directory, 'hub'))
  const port = await freePort()
  const hub = new Child(programs.hub, [join(directory, 'hub'), String(port)])
  const all: Told[] = []
  try {
    await hub.said('ready')
    await inTurns(LIES, AT_ONCE, async (lie, index) => {
      const told = await tellOne(lie, programs, join(directory, `device-${index}`), port)
      all.push(told)
      tell(`${lie.name}: ${told.saved} saves, ${told.mib} MiB`)
    })
    const hubMib = peakMibOf(hub.pid)
    return {
      lies: all.length,
      saved: all.reduce((sum, { saved }) => sum + saved, 0),
      deviceMib: Math.max(...all.map(({ mib }) => mib)),
      hubMib,
      ...together({ lost: 0, doubled: 0, torn: damagedIn(join(directory, 'hub')) }, ...all.map(({ found }) => found)),
    }
  } finally {
    await hub.kill()
  }
}

async function inTurns<T>(items: readonly T[], atOnce: number, run: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = [...items.entries()]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next[1], next[0])
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

interface Told {
  readonly saved: number
  readonly mib: number
  readonly found: Findings
}

async function tellOne({ lie, name }: NamedLie, programs: Programs, directory: string, hubPort: number): Promise<Told> {
  const proxy = new LyingProxy(hubPort)
  const account = name.replaceAll(/[^a-z0-9]+/g, '-')
  const task = { directory: join(directory, 'device'), account, isFounder: true, prefix: 'word', seed: 1 }
  const device = startWriting(programs, { ...task, hub: await proxy.open() })
  try {
    await device.said('=')
    if (lie.type === 'socket') await proxy.tellLive(lie.tell)
    else {
      proxy.lie = lie.tell
      proxy.cutLive()
      await proxy.hasTold(lie.times)
      proxy.lie = null
    }
    const before = numberIn(device.lines.findLast((line) => line.startsWith('+')))
    await device.saw((line) => line.startsWith('=') && numberIn(line) > before)
    const mib = peakMibOf(device.pid)
    await device.kill()
    const hub = `http://127.0.0.1:${hubPort}/sync`
    const contents = await settled(programs, { directory: task.directory, account, hub })
    // What the hub has is what it gives to a device that had nothing.
    const newcomer = await settled(programs, { directory: join(directory, 'newcomer'), account, hub })
    const saved = new Set(savedBy(device))
    const found = together(judge(saved, [contents, newcomer]), { lost: 0, doubled: 0, torn: damagedIn(directory) })
    return { saved: saved.size, mib, found }
  } catch (error) {
    throw new Error(`after the lie '${name}'`, { cause: error })
  } finally {
    await device.kill()
    proxy.close()
  }
}

/** Words are numbered in the order in which they were saved. */
const numberIn = (line = ''): number => Number(/(\d+)>$/.exec(line)?.[1])
