import { once } from 'node:events'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import { loadKey } from '../node/index.ts'
import { seeded } from '../test/bench-hub.ts'
import { dump, temporaryDirectory } from '../test/database.ts'
import { Device, setTitle } from '../test/device.ts'
import { notesSchema } from '../test/schema.ts'
import { push, type RunningHub, startHub } from '../test/start-hub.ts'
import { makeBackup, restoreBackup } from './index.ts'

/** Says everything in pieces, one after the other. */
async function pushAll(hub: RunningHub, device: Device): Promise<void> {
  for (let start = 0; start < device.written.length; start += 5) await push(hub, device.push(start, start + 5))
}

it(
  '[P6] backups of a hub that is writing are each of one moment; when it is killed, one can be restored',
  { timeout: 120_000 },
  async () => {
    const directory = temporaryDirectory()
    const [database, shelf] = [join(directory, 'hub.sqlite'), join(directory, 'backups')]
    const hub = await startHub(directory)
    const key = loadKey(join(directory, 'hub.key'))
    const random = seeded(9)
    const devices = Array.from({ length: 4 }, () => new Device({ schema: notesSchema, random, clock: Date.now }))
    for (const device of devices) for (let count = 0; count < 60; count++) device.note([setTitle(`note ${count} ${'x'.repeat(300)}`)])
    const work = { isDone: false }
    const writing = Promise.all(devices.map((device) => pushAll(hub, device))).then(() => (work.isDone = true))
    const changes: number[] = []
    while (!work.isDone) {
      // This process stands still meanwhile; the other one answers what it has been told.
      const { path, manifest } = makeBackup({ database, directory: shelf, key, keep: 1, nowMs: Date.now() })
      const db = new BetterSqlite3(join(path, 'hub.sqlite'), { readonly: true })
      const count = (sql: string): unknown => db.prepare(sql).pluck().get()
      expect(count('SELECT sum(head) FROM space') ?? 0).toBe(manifest.changes)
      expect(count('SELECT count(*) FROM verdict')).toBe(manifest.changes)
      expect(count('SELECT count(*) FROM record')).toBe(manifest.changes)
      db.close()
      changes.push(manifest.changes)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await writing
    expect(changes).toEqual(changes.toSorted((a, b) => a - b))
    const last = makeBackup({ database, directory: shelf, key, keep: 1, nowMs: Date.now() })
    expect(last.manifest.changes).toBe(240)
    const exit = once(hub.child, 'exit')
    hub.child.kill('SIGKILL')
    await exit
    const before = dump(database)
    const over = { backup: last.path, database, key, schemaVersion: 1, mintEpoch: () => 'second-epoch', nowMs: Date.now() }
    const { setAside } = await restoreBackup(over)
    expect(dump(setAside ?? '')).toBe(before)
    const again = await startHub(directory)
    for (const device of devices)
      expect(await push(again, device.push(0, 1, { epoch: 'second-epoch' }))).toMatchObject([{ type: 'applied' }])
  },
)
