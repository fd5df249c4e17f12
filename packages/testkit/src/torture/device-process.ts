/**
 * A device on disk, in a process of its own. Its one argument is a `DeviceTask` as JSON.
 *
 *   write    writes without end; says `+ word` when one is saved, and of some `= word` when the hub has applied it
 *   settle   sends and receives everything, says what it has, and ends
 */
import { openStore } from '@tombolo/client/node'
import type { SpaceId } from '@tombolo/core'
import { diceOf } from '../test/season/dice.ts'
import { endWithParent } from './end-with-parent.ts'
import type { DeviceTask, WriteTask } from './device-task.ts'
import { sayTo } from './say.ts'
import { app } from './schema.ts'
import { contentsOf, settle } from './settle.ts'
import { tokenOf } from './token.ts'
import { writeOn } from './write-on.ts'

endWithParent()
const task = JSON.parse(process.argv[2] ?? '') as DeviceTask
const store = await openStore({
  schema: app,
  hub: task.hub,
  directory: task.directory,
  token: () => tokenOf(task.account),
  onError: (error) => {
    console.error(error)
    process.exit(1)
  },
})
async function write({ isFounder, prefix, seed }: WriteTask): Promise<void> {
  const space = await spaceOfAll(isFounder)
  const { roll } = diceOf(seed)
  await writeOn({
    store,
    space,
    prefix,
    roll,
    pauseMs: 20,
    saved: (word) => say('+', word),
    sent: (word) => say('=', word),
    halted: new AbortController().signal,
  })
}

const STANDARD_OUTPUT = 1
const say = (mark: string, word: string): void => sayTo(STANDARD_OUTPUT, `${mark} ${word}\n`)

/** The founder makes the space; the others wait until they hear of it. */
async function spaceOfAll(isFounder: boolean): Promise<SpaceId> {
  const [known] = await store.spaces()
  if (known !== undefined) return known.id
  if (isFounder) return (await store.createSpace('Torture')).id
  const spaces = store.liveSpaces
  return new Promise((resolve) => {
    spaces.subscribe(() => {
      const space = spaces.get()?.[0]
      if (space !== undefined) resolve(space.id)
    })
  })
}

async function tell(): Promise<void> {
  await settle(store)
  const contents = await contentsOf(store)
  await store.close()
  process.stdout.write(`${JSON.stringify(contents)}\n`, () => process.exit())
}

if (task.type === 'write') await write(task)
else await tell()
