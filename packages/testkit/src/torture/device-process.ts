/**
 * A device on disk, in a process of its own.
 *
 *   device-process.ts write DIRECTORY HUB PREFIX SEED   writes without end, says `+ word` when one is saved, and
 *                                                       of some `= word` when the hub has applied it
 *   device-process.ts settle DIRECTORY HUB              sends and receives everything, and says what it has
 */
import { writeSync } from 'node:fs'
import { openStore } from '@tombolo/client/node'
import type { SpaceId } from '@tombolo/core'
import { diceOf } from '../test/season/dice.ts'
import { endWithParent } from './end-with-parent.ts'
import type { Contents } from './judge.ts'
import { app } from './schema.ts'
import { TOKEN } from './token.ts'
import { writeOn } from './write-on.ts'

endWithParent()
const [, , task = '', directory = '', hub = '', prefix = '', seed = ''] = process.argv
const store = await openStore({
  schema: app,
  hub,
  directory,
  token: () => TOKEN,
  onError: (error) => {
    console.error(error)
    process.exit(1)
  },
})
async function write(): Promise<void> {
  const space = await spaceOfAll()
  const { roll } = diceOf(Number(seed))
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

/** Written at once, past any buffer of this process: what was said before a kill is heard. */
const say = (mark: string, word: string): void => void writeSync(1, `${mark} ${word}\n`)

/** The first device makes the space; the others wait until they hear of it. */
async function spaceOfAll(): Promise<SpaceId> {
  const [known] = await store.spaces()
  if (known !== undefined) return known.id
  if (prefix.startsWith('a.')) return (await store.createSpace('Torture')).id
  const spaces = store.liveSpaces
  return new Promise((resolve) => {
    spaces.subscribe(() => {
      const space = spaces.get()?.[0]
      if (space !== undefined) resolve(space.id)
    })
  })
}

async function settle(): Promise<void> {
  for (;;) {
    const { outcome, received, waiting } = await store.syncOnce()
    if (outcome === 'complete' && received === 0 && waiting === 0) break
  }
  const [sheets, lines, open] = [await store.db.sheets.all(), await store.db.lines.all(), await store.outbox.all()]
  const contents: Contents = {
    sheets: sheets.map(({ id, body, words }) => ({ id, body, words })),
    lines: lines.map(({ word }) => word),
    open: open.length,
  }
  await store.close()
  process.stdout.write(`${JSON.stringify(contents)}\n`, () => process.exit())
}

if (task === 'write') await write()
else await settle()
