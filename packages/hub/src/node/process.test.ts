/** A real hub process, killed and stopped in the middle of its work. */
import { once } from 'node:events'
import { decodePage, encodePullRequest, type LogEntry, type Verdict } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/bench-hub.ts'
import { temporaryDirectory } from '../test/database.ts'
import { Device, setTitle } from '../test/device.ts'
import { notesSchema } from '../test/schema.ts'
import { push, type RunningHub, startHub } from '../test/start-hub.ts'

async function readLog({ post }: RunningHub, device: Device): Promise<readonly LogEntry[]> {
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
async function writeUntilDeath(hub: RunningHub, device: Device, heard: (verdicts: readonly Verdict[]) => void): Promise<void> {
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
    const hub = await startHub(directory)
    const heard = (verdicts: readonly Verdict[]): void => {
      for (const verdict of verdicts) acknowledged.set(verdict.name, verdict)
      if (acknowledged.size >= 200) hub.child.kill('SIGKILL')
    }
    await Promise.all(devices.map((device) => writeUntilDeath(hub, device, heard)))
    expect(acknowledged.size).toBeGreaterThanOrEqual(200)

    const again = await startHub(directory)
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
    const hub = await startHub(temporaryDirectory())
    const device = new Device({ schema: notesSchema, random: seeded(5), clock: Date.now })
    device.note([setTitle('one')])
    expect(await push(hub, device.push())).toMatchObject([{ type: 'applied' }])
    hub.child.kill('SIGTERM')
    expect(await once(hub.child, 'exit')).toEqual([0, null])
  })
})
