/** A person who writes without end: each save is one change with three effects, so that half of one would be seen (judge.ts). */
import type { Saved, Store } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import type { app } from './schema.ts'

export interface Writing {
  readonly store: Store<typeof app>
  readonly space: SpaceId
  /** Begins every word, and is used once. */
  readonly prefix: string
  /** Evenly drawn from [0, 1). */
  readonly roll: () => number
  /** A pause between two saves is drawn below this. */
  readonly pauseMs: number
  readonly saved: (word: string) => void
  /** The hub has applied it. Told of some words only. */
  readonly sent: (word: string) => void
  readonly halted: AbortSignal
}

/** A full sheet is followed by another, so that texts do not grow for ever. */
const WORDS_MAX = 200
/** How often the person asks to send now: the hub is killed more often than a device would try by itself. */
const SEND_EVERY = 10

export async function writeOn({ store, space, prefix, roll, pauseMs, saved, sent, halted }: Writing): Promise<void> {
  let awaited: Promise<void> | null = null
  const wait = async (word: string, change: Saved): Promise<void> => {
    const { type } = await change.settled
    awaited = null
    if (type === 'applied') sent(word)
  }
  for (let n = 1; !halted.aborted; n += 1) {
    const word = `<${prefix}.${n}>`
    const change = await saveWord(store, space, word, roll)
    saved(word)
    awaited ??= wait(word, change)
    if (n % SEND_EVERY === 0) await store.outbox.sendNow()
    await new Promise((resolve) => setTimeout(resolve, roll() * pauseMs))
  }
}

async function saveWord(store: Store<typeof app>, space: SpaceId, word: string, roll: () => number): Promise<Saved> {
  const [sheet] = await store.db.sheets.in(space).orderBy('id', 'desc').limit(1).all()
  return store.writeIn(space, (w) => {
    if (sheet === undefined || sheet.words >= WORDS_MAX) w.sheets.increment(w.sheets.add({ title: 'Sheet', body: word }), 'words')
    else {
      w.sheets.edit(sheet, 'body', { from: sheet.body, to: withWord(sheet.body, word, roll()) })
      w.sheets.increment(sheet, 'words')
    }
    w.lines.add({ word })
  })
}

/** Puts the word before, between or behind others. */
function withWord(body: string, word: string, at: number): string {
  const between = body.indexOf('<', Math.floor(at * body.length))
  const place = between < 0 ? body.length : between
  return body.slice(0, place) + word + body.slice(place)
}
