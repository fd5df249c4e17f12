/** A real hub process, killed and stopped in the middle of its work. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import {
  decodePage,
  decodePushAnswer,
  encodePullRequest,
  encodePushRequest,
  type LogEntry,
  type PushRequest,
  type Verdict,
} from '@tombolo/core'
import { afterEach, describe, expect, it } from 'vitest'
import { seeded } from '../test/bench-hub.ts'
import { temporaryDirectory } from '../test/database.ts'
import { Device, setTitle } from '../test/device.ts'
import { notesSchema } from '../test/schema.ts'

const SCRIPT = fileURLToPath(new URL('../test/hub-process.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Running {
  readonly child: ChildProcess
  readonly post: (path: string, body: unknown) => Promise<unknown>
}

async function start(directory: string): Promise<Running> {
  const child = spawn(process.execPath, ['-C', 'tombolo-source', '--import', 'tsx', SCRIPT, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
  const post: Running['post'] = async (path, body) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${port}/sync/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  return { child, post }
}

async function push({ post }: Running, request: PushRequest): Promise<readonly Verdict[]> {
  const answer = decodePushAnswer(await post('push', encodePushRequest(request)))
  return answer.ok ? answer.value.verdicts : []
}

async function readLog({ post }: Running, device: Device): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = []
  for (let cursor: string | null = null; ;) {
    const page = decodePage(await post('pull', encodePullRequest(device.pull({ cursor }))))
    if (!page.ok || page.value.body.type !== 'log') throw new Error('no log')
    entries.push(...page.value.body.entries)
    cursor = page.value.cursor
    if (!page.value.more) return entries
  }
}

/** Pushes change after change until the hub is gone; remembers what was acknowledged. */
async function writeUntilDeath(hub: Running, device: Device, heard: (verdicts: readonly Verdict[]) => void): Promise<void> {
  try {
    for (;;) {
      device.note([setTitle(`note ${device.written.length}`)])
      heard(await push(hub, device.push(device.written.length - 1)))
    }
  } catch {
    // The connection ended: what this push did is unknown, and the device would say it again.
  }
}

describe('a hub that is killed', () => {
  it('[P3][P4] has lost nothing that it acknowledged, and answers the same again', { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory()
    const random = seeded(11)
    const first = new Device({ schema: notesSchema, random, clock: Date.now })
    const devices = [first, ...[1, 2, 3].map(() => new Device({ schema: notesSchema, random, clock: Date.now, space: first.space }))]
    const acknowledged = new Map<string, Verdict>()
    const hub = await start(directory)
    const heard = (verdicts: readonly Verdict[]): void => {
      for (const verdict of verdicts) acknowledged.set(verdict.name, verdict)
      if (acknowledged.size >= 200) hub.child.kill('SIGKILL')
    }
    await Promise.all(devices.map((device) => writeUntilDeath(hub, device, heard)))
    expect(acknowledged.size).toBeGreaterThanOrEqual(200)

    const again = await start(directory)
    for (const device of devices) {
      for (const verdict of await push(again, device.push())) expect(verdict).toEqual(acknowledged.get(verdict.name) ?? verdict)
    }
    const log = await readLog(again, first)
    expect(log.map(({ version }) => version)).toEqual(log.map((_, index) => index + 1))
    const written = devices.flatMap((device) => device.written.map(({ name }) => name))
    expect(new Set(log.map(({ name }) => name))).toEqual(new Set(written))
    expect(log).toHaveLength(written.length)
  })

  it('[P4] stops after answering what it has taken in', { timeout: 60_000 }, async () => {
    const hub = await start(temporaryDirectory())
    const device = new Device({ schema: notesSchema, random: seeded(5), clock: Date.now })
    device.note([setTitle('one')])
    expect(await push(hub, device.push())).toMatchObject([{ type: 'applied' }])
    hub.child.kill('SIGTERM')
    expect(await once(hub.child, 'exit')).toEqual([0, null])
  })
})
