/**
 * Each lie is told to a device of its own, which writes and syncs through a lying proxy:
 *
 *   the truth, until something was sent ──► the lie, some times ──► the truth, until a word that was saved after the lie is sent ──► judge
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from './child.ts'
import { damagedIn } from './databases.ts'
import { freePort } from './free-port.ts'
import { type Contents, type Findings, judge, together } from './judge.ts'
import { LIES, type NamedLie } from './lies.ts'
import { LyingProxy } from './lying-proxy.ts'
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
const AT_ONCE = 5

export async function lieRounds({ directory, programs, tell }: LieOptions): Promise<Lied> {
  mkdirSync(join(directory, 'hub'))
  const port = await freePort()
  const hub = new Child(programs.hub, [join(directory, 'hub'), String(port)])
  const saved = new Set<string>()
  const memory: number[] = []
  try {
    await hub.said('ready')
    const names = LIES.map(({ name }, index) => `device-${index} ${name}`.replaceAll(/[^a-z0-9]+/g, '-'))
    await inTurns(LIES, AT_ONCE, async (lie, index) => {
      const told = await tellOne(lie, programs.device, join(directory, names[index] ?? ''), index, port)
      for (const word of told.saved) saved.add(word)
      memory.push(told.mib)
      tell(`${lie.name}: ${told.saved.length} saves, ${told.mib} MiB`)
    })
    const hubMib = peakMibOf(hub.pid)
    const found = await settle(names, directory, programs, `http://127.0.0.1:${port}/sync`, saved)
    return { lies: LIES.length, saved: saved.size, deviceMib: Math.max(...memory), hubMib, ...found }
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
  readonly saved: readonly string[]
  readonly mib: number
}

async function tellOne({ lie, name }: NamedLie, program: string, directory: string, index: number, hubPort: number): Promise<Told> {
  const proxy = new LyingProxy(hubPort)
  const prefix = index === 0 ? 'a.0' : `lie${index}`
  const device = new Child(program, ['write', directory, await proxy.open(), prefix, String(index)])
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
    return { saved: savedBy(device), mib }
  } catch (error) {
    throw new Error(`after the lie '${name}'`, { cause: error })
  } finally {
    await device.kill()
    proxy.close()
  }
}

/** Words are numbered in the order in which they were saved. */
const numberIn = (line = ''): number => Number(/(\d+)>$/.exec(line)?.[1])

const savedBy = (device: Child): readonly string[] => device.lines.flatMap((line) => (line.startsWith('+ ') ? [line.slice(2)] : []))

/** The most memory that a process ever held (proc(5), `VmHWM`). */
function peakMibOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kib) / 1024)
}

async function settle(
  names: readonly string[],
  directory: string,
  programs: Programs,
  url: string,
  saved: ReadonlySet<string>,
): Promise<Findings> {
  const contents: Contents[] = []
  // Twice, for what the later ones sent; one that had nothing shows what the hub has.
  for (const isLast of [false, true]) {
    await inTurns([...names, ...(isLast ? ['newcomer'] : [])], AT_ONCE, async (name) => {
      const device = new Child(programs.device, ['settle', join(directory, name), url])
      const said = await device.said('{')
      await device.ended()
      if (isLast) contents.push(JSON.parse(said) as Contents)
    })
  }
  return together(judge(saved, contents), { lost: 0, doubled: 0, torn: damagedIn(directory) })
}
