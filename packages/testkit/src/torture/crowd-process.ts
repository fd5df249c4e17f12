/**
 * Many devices in one process, each with a database and connections of its own. Its one argument is a `CrowdTask` as JSON. Says `+ word` and
 * `= word` as device-process.ts does; told to end (SIGTERM), sends and receives everything, says what each device has, and ends.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { openStore } from '@tombolo/client/node'
import { diceOf } from '../test/season/dice.ts'
import type { CrowdTask } from './crowd.ts'
import { endWithParent } from './end-with-parent.ts'
import { app } from './schema.ts'
import { contentsOf, type DeviceStore, settle } from './settle.ts'
import { tokenOf } from './token.ts'
import { writeOn } from './write-on.ts'

endWithParent()
const { directory, hub, devices, pauseMs } = JSON.parse(process.argv[2] ?? '') as CrowdTask
const ending = once(process, 'SIGTERM')
const halt = new AbortController()
const { roll } = diceOf(devices)

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function open(name: string): Promise<DeviceStore> {
  return openStore({ schema: app, hub, directory: join(directory, name), token: () => tokenOf(name) })
}

async function write(name: string, store: DeviceStore): Promise<void> {
  const { id: space } = await store.createSpace('Torture')
  await writeOn({
    store,
    space,
    prefix: name,
    roll,
    pauseMs,
    saved: (word) => say(`+ ${word}`),
    sent: (word) => say(`= ${word}`),
    halted: halt.signal,
  })
}

const stores: DeviceStore[] = []
const writing: Promise<void>[] = []
for (let index = 0; index < devices; index += 1) {
  const name = `device${index}`
  const store = await open(name)
  stores.push(store)
  writing.push(write(name, store))
}
await ending
halt.abort()
await Promise.all(writing)
for (const store of stores) await settle(store)
for (const store of stores) say(JSON.stringify(await contentsOf(store)))
process.stdout.write('', () => process.exit())
