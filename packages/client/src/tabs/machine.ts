/**
 * Which tab has the store: the decisions of one tab, pure. `step(state, event)` gives the next state and what is to be done.
 *
 *            ┌─ away ◄──left── every stage          others' messages: seek, lead, welcome, refuse, leave
 *   arrive ──┤    │ returned
 *            ▼    ▼
 *          waiting ──granted──► opening ──opened──► leading ──left──► closing ──closed──► away, or waiting again
 *        (and following            │ failed
 *         whoever leads)           ▼
 *                               failed (and following whoever leads)
 *
 * Invariants
 * - An engine is open only while the leader's lock is held: the lock is let go when the engine has been closed, never before.
 * - Only a tab whose engine is open answers others. A tab that cannot open the store says so; it never has an empty one of its own.
 * - A tab holds a lock of its own while it is there, so that a leader sees when it is gone.
 * - Whatever a message says may be said twice, or late; a lost one is made up for by the next `seek`.
 */
import { type SchemaIdentity, unreachable } from '@tombolo/core'
import { PROTOCOL, type WireError } from './channel.ts'
import { isSameSchema, tabMismatch } from './hello.ts'

export type TabId = string
/** The channel between a leader and one follower, by its name; another one for each admission. */
export type Link = string

/** Between all tabs of a store. */
export type TabMessage = { readonly from: TabId; readonly protocol: number; readonly schema: SchemaIdentity } & (
  | { readonly type: 'seek' }
  | { readonly type: 'lead' }
  | { readonly type: 'leave' }
  | { readonly type: 'welcome'; readonly to: TabId; readonly link: Link }
  | { readonly type: 'refuse'; readonly to: TabId }
)

export type TabEvent =
  /** Its own lock is held. */
  | { readonly type: 'arrived' }
  /** SQLite is loaded: from here taking over is only a matter of files. */
  | { readonly type: 'loaded' }
  | { readonly type: 'loadFailed'; readonly error: WireError }
  /** The leader's lock is held. `term` is another one each time. */
  | { readonly type: 'granted'; readonly term: string }
  | { readonly type: 'opened' }
  | { readonly type: 'openFailed'; readonly error: WireError }
  | { readonly type: 'closed' }
  | { readonly type: 'heard'; readonly message: TabMessage }
  /** A follower's own lock was let go. */
  | { readonly type: 'followerGone'; readonly tab: TabId }
  /** Nobody has answered for a while. */
  | { readonly type: 'silence' }
  | { readonly type: 'left' }
  | { readonly type: 'returned' }

export type TabEffect =
  /** Take, let go of, the tab's own lock. */
  | { readonly type: 'arrive' | 'depart' }
  /** Queue for the leader's lock; leave the queue, or let go of it. */
  | { readonly type: 'queue' | 'unqueue' }
  | { readonly type: 'open' | 'close' }
  | { readonly type: 'say'; readonly message: TabMessage }
  /** The page is served by the tab's own engine; by the leader at the other end; by nobody. */
  | { readonly type: 'serveOwn' }
  | { readonly type: 'follow'; readonly link: Link }
  | { readonly type: 'serveNobody' }
  /** The page is told why there is no store. */
  | { readonly type: 'fail'; readonly error: WireError }
  | { readonly type: 'admit'; readonly tab: TabId; readonly link: Link }
  | { readonly type: 'dismiss'; readonly tab: TabId }
  /** `silence` after a while. */
  | { readonly type: 'wait' }

type Stage =
  | { readonly type: 'away' }
  /** `isQueued`: asks for the leader's lock. A tab without SQLite, or whose store failed, only follows. */
  | { readonly type: 'waiting'; readonly isQueued: boolean; readonly following: { readonly leader: TabId; readonly link: Link } | null }
  | { readonly type: 'opening'; readonly term: string }
  | { readonly type: 'leading'; readonly term: string; readonly followers: ReadonlyMap<TabId, Link>; readonly admissions: number }
  | { readonly type: 'closing' }

export interface TabState {
  readonly id: TabId
  readonly schema: SchemaIdentity
  readonly stage: Stage
  /** The page is there: not gone, and not in the browser's cache. */
  readonly isHere: boolean
  readonly load: 'loading' | 'loaded' | 'failed'
  /** Why this tab has no engine of its own and will not try again. */
  readonly failure: WireError | null
}

export interface Step {
  readonly state: TabState
  readonly effects: readonly TabEffect[]
}

const WAITING: Stage = { type: 'waiting', isQueued: false, following: null }

export const newTab = (id: TabId, schema: SchemaIdentity): Step => ({
  state: { id, schema, stage: { type: 'away' }, isHere: true, load: 'loading', failure: null },
  effects: [{ type: 'arrive' }],
})

export function step(state: TabState, event: TabEvent): Step {
  switch (event.type) {
    case 'arrived':
      return arrived(state)
    case 'loaded':
      return queued({ ...state, load: 'loaded' }, [])
    case 'loadFailed':
      return still({ ...state, load: 'failed', failure: event.error }, [say(state, { type: 'seek' }), { type: 'wait' }])
    case 'granted':
      return granted(state, event.term)
    case 'opened':
      return opened(state)
    case 'openFailed':
      return openFailed(state, event.error)
    case 'closed':
      return closed(state)
    case 'heard':
      return event.message.from === state.id ? still(state) : heard(state, event.message)
    case 'followerGone':
      return dismissed(state, event.tab)
    case 'silence':
      return silence(state)
    case 'left':
      return left(state)
    case 'returned':
      return returned(state)
    default:
      return unreachable(event)
  }
}

// ── coming and going ─────────────────────────────────────────────────────────────────────────────────────────────────────

function arrived(state: TabState): Step {
  if (!state.isHere) return still(state, [{ type: 'depart' }])
  if (state.stage.type !== 'away') return still(state)
  return queued({ ...state, stage: WAITING }, [say(state, { type: 'seek' })])
}

function queued(state: TabState, effects: readonly TabEffect[]): Step {
  const { stage, load, failure } = state
  if (stage.type !== 'waiting' || stage.isQueued || load !== 'loaded' || failure !== null) return still(state, effects)
  return { state: { ...state, stage: { ...stage, isQueued: true } }, effects: [...effects, { type: 'queue' }] }
}

function left(state: TabState): Step {
  const { stage } = state
  const next = { ...state, isHere: false }
  const goodbye: readonly TabEffect[] = [say(state, { type: 'leave' }), { type: 'depart' }]
  switch (stage.type) {
    case 'waiting':
      return {
        state: { ...next, stage: { type: 'away' } },
        effects: [...(stage.isQueued ? [{ type: 'unqueue' } as const] : []), { type: 'serveNobody' }, ...goodbye],
      }
    case 'leading':
      return {
        state: { ...next, stage: { type: 'closing' } },
        effects: [{ type: 'serveNobody' }, ...dismissAll(stage.followers), ...goodbye, { type: 'close' }],
      }
    case 'opening':
      return still(next, goodbye)
    case 'away':
    case 'closing':
      return still(next, [{ type: 'depart' }])
    default:
      return unreachable(stage)
  }
}

const returned = (state: TabState): Step => (state.isHere ? still(state) : still({ ...state, isHere: true }, [{ type: 'arrive' }]))

// ── leading ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function granted(state: TabState, term: string): Step {
  if (state.stage.type !== 'waiting' || !state.stage.isQueued) return still(state, [{ type: 'unqueue' }])
  return { state: { ...state, stage: { type: 'opening', term } }, effects: [{ type: 'serveNobody' }, { type: 'open' }] }
}

function opened(state: TabState): Step {
  if (state.stage.type !== 'opening') return still(state)
  if (!state.isHere) return { state: { ...state, stage: { type: 'closing' } }, effects: [{ type: 'close' }] }
  const stage: Stage = { type: 'leading', term: state.stage.term, followers: new Map(), admissions: 0 }
  return { state: { ...state, stage }, effects: [{ type: 'serveOwn' }, say(state, { type: 'lead' })] }
}

/** Files that are still held were held by a worker that is about to end: there can be no other leader. */
function openFailed(state: TabState, error: WireError): Step {
  if (state.stage.type !== 'opening') return still(state)
  if (!state.isHere) return { state: { ...state, stage: { type: 'away' } }, effects: [{ type: 'unqueue' }] }
  if (error.code === 'storage.busy') return still(state, [{ type: 'open' }])
  return {
    state: { ...state, stage: WAITING, failure: error },
    effects: [{ type: 'unqueue' }, { type: 'fail', error }, say(state, { type: 'seek' })],
  }
}

function closed(state: TabState): Step {
  if (state.stage.type !== 'closing') return still(state)
  const next: TabState = { ...state, stage: { type: 'away' } }
  return state.isHere ? still(next, [{ type: 'unqueue' }, { type: 'arrive' }]) : still(next, [{ type: 'unqueue' }])
}

function dismissed(state: TabState, tab: TabId): Step {
  if (state.stage.type !== 'leading' || !state.stage.followers.has(tab)) return still(state)
  const followers = new Map(state.stage.followers)
  followers.delete(tab)
  return { state: { ...state, stage: { ...state.stage, followers } }, effects: [{ type: 'dismiss', tab }] }
}

// ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function heard(state: TabState, message: TabMessage): Step {
  switch (message.type) {
    case 'seek':
      return state.stage.type === 'leading' ? sought(state, state.stage, message) : still(state)
    case 'lead':
      return state.stage.type === 'waiting' ? still(state, [say(state, { type: 'seek' })]) : still(state)
    case 'welcome':
      return message.to === state.id ? welcomed(state, message.from, message.link) : still(state)
    case 'refuse':
      return message.to === state.id && state.stage.type === 'waiting' && state.stage.following === null
        ? still(state, [{ type: 'fail', error: tabMismatch(state.schema, message.schema) }])
        : still(state)
    case 'leave':
      return parted(state, message.from)
    default:
      return unreachable(message)
  }
}

function sought(state: TabState, stage: Stage & { type: 'leading' }, { from, protocol, schema }: TabMessage): Step {
  if (protocol !== PROTOCOL || !isSameSchema(schema, state.schema)) return still(state, [say(state, { type: 'refuse', to: from })])
  const known = stage.followers.get(from)
  if (known !== undefined) return still(state, [say(state, { type: 'welcome', to: from, link: known })])
  const admissions = stage.admissions + 1
  const link = `${stage.term}.${admissions}`
  return {
    state: { ...state, stage: { ...stage, admissions, followers: new Map([...stage.followers, [from, link]]) } },
    effects: [{ type: 'admit', tab: from, link }, say(state, { type: 'welcome', to: from, link })],
  }
}

function welcomed(state: TabState, leader: TabId, link: Link): Step {
  if (state.stage.type !== 'waiting' || state.stage.following?.link === link) return still(state)
  return { state: { ...state, stage: { ...state.stage, following: { leader, link } } }, effects: [{ type: 'follow', link }] }
}

function parted(state: TabState, from: TabId): Step {
  const { stage } = state
  if (stage.type === 'waiting' && stage.following?.leader === from) {
    return { state: { ...state, stage: { ...stage, following: null } }, effects: [{ type: 'serveNobody' }] }
  }
  return dismissed(state, from)
}

/** Either somebody leads and says so, or this tab has nothing to offer its page. */
function silence(state: TabState): Step {
  if (state.stage.type !== 'waiting') return still(state)
  const seek = say(state, { type: 'seek' })
  if (state.load !== 'failed' || state.failure === null || state.stage.following !== null) return still(state, [seek])
  return still(state, [{ type: 'fail', error: state.failure }, seek])
}

// ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const still = (state: TabState, effects: readonly TabEffect[] = []): Step => ({ state, effects })

type Said = TabMessage extends infer M ? (M extends TabMessage ? Omit<M, 'from' | 'protocol' | 'schema'> : never) : never

const say = ({ id, schema }: TabState, said: Said): TabEffect => ({
  type: 'say',
  message: { ...said, from: id, protocol: PROTOCOL, schema },
})

const dismissAll = (followers: ReadonlyMap<TabId, Link>): TabEffect[] => [...followers.keys()].map((tab) => ({ type: 'dismiss', tab }))
