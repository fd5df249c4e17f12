/**
 * Tells sessions and polls about a committed batch [Q7]. A session is one live socket; a poll waits once.
 *
 *   session is at the head before the batch      → the batch as a delta, encoded once for all such sessions
 *   session is elsewhere, or position unknown    → `space: head`, a hint
 *   session has a push without an answer         → nothing until it is answered
 *   its account lost its role by the batch       → `space: head`, so that it asks and is told
 *
 * Correctness never depends on it: a device that is told nothing finds out by its next pull.
 */
import type { Member, SpaceId, Standing } from '@tombolo/core'
import type { IngestContext } from '../ingest/context.ts'
import type { Committed } from '../queue.ts'
import { mayRead } from '../readers.ts'
import type { LogChunk, SpaceRow } from '../storage.ts'
import { deltaFrames, headFrame } from '../wire.ts'
import type { Delta, Session, Stand } from './session.ts'
import { type Timers, Wait } from './wait.ts'

/** The effect of one commit on one space. */
interface Moved {
  readonly space: SpaceId
  readonly audience: readonly Member[]
  readonly from: number
  readonly head: number
  readonly tag: string
  readonly chunks: readonly LogChunk[]
  readonly durableThrough: number
}

/** A space as an account knows it. */
type Known = Pick<SpaceRow, 'space' | 'head'> & { readonly standing: Standing }

export type Heads = readonly { readonly space: SpaceId; readonly head: number }[]

/** The largest delta in characters; the device pulls anything larger when it wants it. */
const DELTA_CHARACTERS_MAX = 64 * 1024
const POLL_WAIT_MAX_MS = 25_000

export class Feed {
  readonly #timers: Timers
  readonly #sessions: Map<string, Set<Session>> = new Map()
  readonly #polls: Map<string, Set<Wait>> = new Map()

  constructor(timers: Timers) {
    this.#timers = timers
  }

  join(account: string, session: Session): void {
    const sessions = this.#sessions.get(account) ?? new Set()
    this.#sessions.set(account, sessions.add(session))
  }

  leave(account: string, session: Session): void {
    const sessions = this.#sessions.get(account)
    sessions?.delete(session)
    if (sessions?.size === 0) this.#sessions.delete(account)
  }

  committed(batch: readonly Committed[], context: IngestContext): void {
    for (const moved of movesOf(batch)) {
      for (const member of moved.audience) this.#tell(moved, member, context)
      for (const { account } of moved.audience) this.#wake(account)
    }
  }

  /** The heads that differ from the device's; waits for one if there are none. */
  async moved(account: string, known: Heads, waitMs: number, read: () => Promise<readonly Known[]>): Promise<Heads> {
    // Starts waiting before reading, so that no move in between is missed.
    const wait = this.#begin(account)
    const timer = this.#timers.set(() => wait.end(false), Math.min(waitMs, POLL_WAIT_MAX_MS))
    try {
      const now = differing(await read(), known)
      if (now.length > 0) wait.end(false)
      const hasMoved = await wait.ended
      return hasMoved && now.length === 0 ? differing(await read(), known) : now
    } finally {
      this.#timers.clear(timer)
      this.#end(account, wait)
    }
  }

  /** Answers every poll, so that the hub can stop. */
  close(): void {
    for (const polls of this.#polls.values()) for (const wait of polls) wait.end(false)
  }

  #tell(moved: Moved, { account, standing }: Member, context: IngestContext): void {
    const deltas = new Map<string, Delta | null>()
    const hint = headFrame(moved.space, moved.head)
    for (const session of this.#sessions.get(account) ?? []) {
      const stand = mayRead(standing) ? session.standsAt(moved.space) : null
      session.told(moved.space, moved.head, deltaFor(moved, account, stand, deltas, context), hint)
    }
  }

  #wake(account: string): void {
    for (const wait of this.#polls.get(account) ?? []) wait.end(true)
    this.#polls.delete(account)
  }

  #end(account: string, wait: Wait): void {
    const polls = this.#polls.get(account)
    polls?.delete(wait)
    if (polls?.size === 0) this.#polls.delete(account)
  }

  #begin(account: string): Wait {
    const wait = new Wait()
    this.#polls.set(account, (this.#polls.get(account) ?? new Set<Wait>()).add(wait))
    return wait
  }
}

/** The delta for a session; the same text for every session at the same cursor. */
function deltaFor(
  moved: Moved,
  account: string,
  stand: Stand | null,
  made: Map<string, Delta | null>,
  context: IngestContext,
): Delta | null {
  if (stand === null) return null
  const known = made.get(stand.cursor)
  if (known !== undefined) return known
  const delta = makeDelta(moved, account, stand, context)
  made.set(stand.cursor, delta)
  return delta
}

function makeDelta(
  { space, from, head, tag, chunks, durableThrough }: Moved,
  account: string,
  stand: Stand,
  context: IngestContext,
): Delta | null {
  const texts = chunks.filter((chunk) => chunk.first > stand.version).map((chunk) => chunk.text)
  const isWhole = stand.version >= from && stand.version < head && texts.reduce((sum, text) => sum + text.length, 0) <= DELTA_CHARACTERS_MAX
  if (!isWhole) return null
  const { epoch, nowMs } = context
  const cursor = context.cursors.sign({ space, epoch, base: head, position: head, last: null, tag, account })
  const page = { epoch, space, hubTimeMs: nowMs, from: stand.cursor, cursor, more: false, head, verdicts: [], durableThrough }
  return { textFor: deltaFrames(page, texts), stand: { version: head, cursor } }
}

function movesOf(batch: readonly Committed[]): readonly Moved[] {
  const moves = new Map<SpaceId, Moved>()
  for (const { result } of batch) {
    const { answer, from, tag, chunks, audience } = result
    if (chunks.length === 0) continue
    const { space, head, durableThrough } = answer
    const before = moves.get(space)
    moves.set(
      space,
      before === undefined
        ? { space, audience, from, head, tag, chunks, durableThrough }
        : {
            ...before,
            audience: together(before.audience, audience),
            from: Math.max(before.from, from),
            head,
            chunks: [...before.chunks, ...chunks],
          },
    )
  }
  return [...moves.values()]
}

/** Later standings count; who lost a role early in the batch is told, too. */
const together = (before: readonly Member[], after: readonly Member[]): readonly Member[] => [
  ...before.filter(({ account }) => !after.some((member) => member.account === account)),
  ...after,
]

/** Who lost their role, and has read the space, is told that it has moved, and not where to. */
function differing(rows: readonly Known[], known: Heads): Heads {
  const heads = new Map(known.map(({ space, head }) => [space, head]))
  return rows.flatMap(({ space, head, standing }) => {
    const before = heads.get(space)
    if (!mayRead(standing)) return before === undefined || before === 0 ? [] : [{ space, head: before + 1 }]
    return before === head ? [] : [{ space, head }]
  })
}
