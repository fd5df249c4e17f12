/**
 * Decides which tab has the store: the decisions of one tab, pure. `step(state, event)` returns the next state and the effects.
 *
 *            ┌─ away ◄──left── every stage          others' messages: seek, lead, welcome, refuse, leave
 *   arrive ──┤    │ returned
 *            ▼    ▼
 *          waiting ──granted──► opening ──opened──► leading ──left──► closing ──closed──► away, or waiting again
 *        (and following            │ failed
 *         whoever leads)           ▼
 *                               failed (and following whoever leads) ── waiting again, once another has opened it or that may have passed
 *
 * Invariants
 * - An engine is open only while the leader's lock is held: the lock is released after the engine has been closed, never before.
 * - Only a tab whose engine is open answers others. A tab that cannot open the store reports that; it never opens an empty one instead.
 * - A tab holds its own lock while it exists, so that a leader notices when it is gone.
 * - A message may arrive twice or late; the next `seek` makes up for a lost one.
 */
import { type SchemaIdentity, unreachable } from '@tombolo/core'
import { PROTOCOL, type WireError } from './channel.ts'
import { isSameSchema, tabMismatch } from './hello.ts'
import type { Followers, Link, Stage, TabEffect, TabEvent, TabId, TabMessage, TabState } from './tab-state.ts'

export interface Step {
  readonly state: TabState
  readonly effects: readonly TabEffect[]
}

const WAITING: Stage = { type: 'waiting', isQueued: false, following: null }

export const newTab = (id: TabId, schema: SchemaIdentity): Step => ({
  state: { id, schema, stage: { type: 'away' }, isHere: true, isVisible: true, load: 'loading', failure: null },
  effects: [{ type: 'arrive' }, { type: 'load' }],
})

export function step(before: TabState, event: TabEvent): Step {
  const { state, effects } = decide(before, event)
  const [saw, sees] = [seenBy(before), seenBy(state)]
  return sees === null || sees === saw ? { state, effects } : { state, effects: [...effects, { type: 'show', isVisible: sees }] }
}

/** Whether a person sees the leader or a follower; null where this tab does not lead. */
function seenBy({ stage, isVisible }: TabState): boolean | null {
  if (stage.type !== 'leading') return null
  return isVisible || [...stage.followers.values()].some((follower) => follower.isVisible)
}

function decide(state: TabState, event: TabEvent): Step {
  switch (event.type) {
    case 'arrived':
      return arrived(state)
    case 'loaded':
      return queued({ ...state, load: 'loaded', failure: null }, [])
    case 'loadFailed':
      return still({ ...state, load: 'failed', failure: event.error }, [seek(state), { type: 'wait' }, { type: 'tryLater' }])
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
    case 'later':
      return later(state)
    case 'left':
      return left(state)
    case 'returned':
      return returned(state)
    case 'broke':
      return state.stage.type === 'leading' ? resigned(state, state.stage) : still(state)
    case 'looked':
      return looked(state, event.isVisible)
    default:
      return unreachable(event)
  }
}

// ── coming and going ─────────────────────────────────────────────────────────────────────────────────────────────────────

function arrived(state: TabState): Step {
  if (!state.isHere) return still(state, [{ type: 'depart' }])
  if (state.stage.type !== 'away') return still(state)
  return queued({ ...state, stage: WAITING }, [seek(state)])
}

function queued(state: TabState, effects: readonly TabEffect[]): Step {
  const { stage, load, failure } = state
  if (stage.type !== 'waiting' || stage.isQueued || load !== 'loaded' || failure !== null) return still(state, effects)
  return { state: { ...state, stage: { ...stage, isQueued: true } }, effects: [...effects, { type: 'queue' }] }
}

function left(state: TabState): Step {
  const { stage } = state
  const next: TabState = { ...state, isHere: false }
  const goodbye: readonly TabEffect[] = [say(state, { type: 'leave' }), { type: 'depart' }]
  switch (stage.type) {
    case 'waiting':
      return {
        state: { ...next, stage: { type: 'away' } },
        effects: [...(stage.isQueued ? [{ type: 'unqueue' } as const] : []), { type: 'serveNobody' }, ...goodbye],
      }
    case 'leading': {
      const { state: closing, effects } = resigned(next, stage)
      return still(closing, [...effects, { type: 'depart' }])
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

function looked(state: TabState, isVisible: boolean): Step {
  return still({ ...state, isVisible }, state.stage.type === 'waiting' ? [say(state, { type: 'look', isVisible })] : [])
}

// ── leading ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function granted(state: TabState, term: string): Step {
  const isLate = state.stage.type === 'away' || (state.stage.type === 'waiting' && !state.stage.isQueued)
  if (isLate) return still(state, [{ type: 'unqueue' }])
  if (state.stage.type !== 'waiting') return still(state)
  return { state: { ...state, stage: { type: 'opening', term } }, effects: [{ type: 'serveNobody' }, { type: 'open' }] }
}

function resigned(state: TabState, { followers }: Stage & { type: 'leading' }): Step {
  return {
    state: { ...state, stage: { type: 'closing' } },
    effects: [{ type: 'serveNobody' }, ...dismissAll(followers), say(state, { type: 'leave' }), { type: 'close' }],
  }
}

function opened(state: TabState): Step {
  if (state.stage.type !== 'opening') return still(state)
  if (!state.isHere) return { state: { ...state, stage: { type: 'closing' } }, effects: [{ type: 'close' }] }
  const stage: Stage = { type: 'leading', term: state.stage.term, followers: new Map(), admissions: 0 }
  return { state: { ...state, stage }, effects: [{ type: 'serveOwn' }, say(state, { type: 'lead' })] }
}

/** Handles a failure to open. If the files are still held, it is by a worker that is about to end: there can be no other leader. */
function openFailed(state: TabState, error: WireError): Step {
  if (state.stage.type !== 'opening') return still(state)
  if (!state.isHere) return { state: { ...state, stage: { type: 'away' } }, effects: [{ type: 'unqueue' }] }
  if (error.code === 'storage.busy') return still(state, [{ type: 'open' }])
  return {
    state: { ...state, stage: WAITING, failure: error },
    effects: [{ type: 'unqueue' }, { type: 'fail', error }, seek(state), ...(mayPass(error) ? [{ type: 'tryLater' } as const] : [])],
  }
}

/** Until it passes nothing would be sent, though the page that says so stays open. */
const mayPass = ({ code }: WireError): boolean => PASSING.has(code)

/** A disk that fails may be well again, a full one have room; what could not be loaded may be had when the network is back. */
const PASSING: ReadonlySet<string> = new Set(['storage.io', 'storage.full', 'store.part'])

/** Tries again what failed: to load SQLite, or to open the store. */
const later = (state: TabState): Step =>
  state.load === 'failed' ? still({ ...state, load: 'loading' }, [{ type: 'load' }]) : queued({ ...state, failure: null }, [])

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

function followerLooked(state: TabState, tab: TabId, isVisible: boolean): Step {
  const follower = state.stage.type === 'leading' ? state.stage.followers.get(tab) : undefined
  if (state.stage.type !== 'leading' || follower === undefined) return still(state)
  const followers = new Map([...state.stage.followers, [tab, { ...follower, isVisible }]])
  return still({ ...state, stage: { ...state.stage, followers } })
}

// ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function heard(state: TabState, message: TabMessage): Step {
  switch (message.type) {
    case 'seek':
      return state.stage.type === 'leading' ? sought(state, state.stage, message) : still(state)
    case 'look':
      return followerLooked(state, message.from, message.isVisible)
    case 'lead':
      return state.stage.type === 'waiting' ? still(state, [seek(state)]) : still(state)
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

function sought(state: TabState, stage: Stage & { type: 'leading' }, message: TabMessage & { type: 'seek' }): Step {
  const { from, protocol, schema, isVisible } = message
  if (protocol !== PROTOCOL || !isSameSchema(schema, state.schema)) return still(state, [say(state, { type: 'refuse', to: from })])
  const known = stage.followers.get(from)
  if (known !== undefined && known.link === message.link) return still(state)
  const admissions = stage.admissions + 1
  const link = `${stage.term}.${admissions}`
  const followers = new Map([...stage.followers, [from, { link, isVisible }]])
  return {
    state: { ...state, stage: { ...stage, admissions, followers } },
    effects: [
      ...(known === undefined ? [] : [{ type: 'dismiss', tab: from } as const]),
      { type: 'admit', tab: from, link },
      say(state, { type: 'welcome', to: from, link }),
    ],
  }
}

/** Handles a leader's welcome. Whatever kept this tab from opening the store did not keep the leader, so this tab may open it next. */
function welcomed(state: TabState, leader: TabId, link: Link): Step {
  if (state.stage.type !== 'waiting' || state.stage.following?.link === link) return still(state)
  const failure = state.load === 'loaded' ? null : state.failure
  return queued({ ...state, failure, stage: { ...state.stage, following: { leader, link } } }, [{ type: 'follow', link }])
}

function parted(state: TabState, from: TabId): Step {
  const { stage } = state
  if (stage.type === 'waiting' && stage.following?.leader === from) {
    const next: TabState = { ...state, stage: { ...stage, following: null } }
    return still(next, [{ type: 'serveNobody' }, ...(isWithoutSqlite(state) ? [{ type: 'wait' } as const] : [])])
  }
  return dismissed(state, from)
}

/** Handles silence. Without a leader, this tab has nothing to offer its page. */
function silence(state: TabState): Step {
  if (state.stage.type !== 'waiting') return still(state)
  if (!isWithoutSqlite(state) || state.failure === null || state.stage.following !== null) return still(state, [seek(state)])
  return still(state, [{ type: 'fail', error: state.failure }, seek(state)])
}

/** Whether SQLite could not be loaded, even if it is being loaded again. */
const isWithoutSqlite = ({ load, failure }: TabState): boolean => load !== 'loaded' && failure !== null

// ── helpers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const still = (state: TabState, effects: readonly TabEffect[] = []): Step => ({ state, effects })

type Said = TabMessage extends infer M ? (M extends TabMessage ? Omit<M, 'from' | 'protocol' | 'schema'> : never) : never

const say = ({ id, schema }: TabState, said: Said): TabEffect => ({
  type: 'say',
  message: { ...said, from: id, protocol: PROTOCOL, schema },
})

function seek(state: TabState): TabEffect {
  const link = state.stage.type === 'waiting' ? (state.stage.following?.link ?? null) : null
  return say(state, { type: 'seek', isVisible: state.isVisible, link })
}

const dismissAll = (followers: Followers): TabEffect[] => [...followers.keys()].map((tab) => ({ type: 'dismiss', tab }))
