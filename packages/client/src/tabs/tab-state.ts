/** The states, events and effects of machine.ts, which decides which tab has the store. */
import type { SchemaIdentity } from '@tombolo/core'
import type { WireError } from './channel.ts'

export type TabId = string
/** The name of the channel between a leader and one follower. Each admission uses a new one. */
export type Link = string

/** Between all tabs of a store. */
export type TabMessage = { readonly from: TabId; readonly protocol: number; readonly schema: SchemaIdentity } &
  /** `link`: the channel to the leader that it follows already, so that a leader without this follower admits it again. */
  (
    | { readonly type: 'seek'; readonly isVisible: boolean; readonly link: Link | null }
    | { readonly type: 'look'; readonly isVisible: boolean }
    | { readonly type: 'lead' }
    | { readonly type: 'leave' }
    | { readonly type: 'welcome'; readonly to: TabId; readonly link: Link }
    | { readonly type: 'refuse'; readonly to: TabId }
  )

export type TabEvent =
  /** Its own lock is held. */
  | { readonly type: 'arrived' }
  /** SQLite is loaded: taking over now only has to open files. */
  | { readonly type: 'loaded' }
  | { readonly type: 'loadFailed'; readonly error: WireError }
  /** The leader's lock is held. `term` is new each time. */
  | { readonly type: 'granted'; readonly term: string }
  | { readonly type: 'opened' }
  | { readonly type: 'openFailed'; readonly error: WireError }
  | { readonly type: 'closed' }
  | { readonly type: 'heard'; readonly message: TabMessage }
  /** A follower's own lock was released. */
  | { readonly type: 'followerGone'; readonly tab: TabId }
  /** No message has arrived for a while. */
  | { readonly type: 'silence' }
  /** The device may be well again, or the network be back. */
  | { readonly type: 'later' }
  | { readonly type: 'left' }
  | { readonly type: 'returned' }
  /** The device failed to read or write, so the file is closed and opened again, here or in another tab. */
  | { readonly type: 'broke' }
  /** Whether a person sees this tab's page. */
  | { readonly type: 'looked'; readonly isVisible: boolean }

export type TabEffect =
  /** Take or release the tab's own lock. */
  | { readonly type: 'arrive' | 'depart' }
  /** Queue for the leader's lock; leave the queue or release the lock. */
  | { readonly type: 'queue' | 'unqueue' }
  | { readonly type: 'open' | 'close' }
  /** Load SQLite. */
  | { readonly type: 'load' }
  | { readonly type: 'say'; readonly message: TabMessage }
  /** Serve the page from the tab's own engine, from the leader, or not at all. */
  | { readonly type: 'serveOwn' }
  | { readonly type: 'follow'; readonly link: Link }
  | { readonly type: 'serveNobody' }
  /** Tell the page why there is no store. */
  | { readonly type: 'fail'; readonly error: WireError }
  | { readonly type: 'admit'; readonly tab: TabId; readonly link: Link }
  | { readonly type: 'dismiss'; readonly tab: TabId }
  /** Tell the engine whether a person sees any of its pages. */
  | { readonly type: 'show'; readonly isVisible: boolean }
  /** Report `silence` after a while. */
  | { readonly type: 'wait' }
  /** Report `later` after a while. */
  | { readonly type: 'tryLater' }

export interface Follower {
  readonly link: Link
  readonly isVisible: boolean
}

export type Followers = ReadonlyMap<TabId, Follower>

export type Stage =
  | { readonly type: 'away' }
  /** `isQueued`: asks for the leader's lock. A tab without SQLite, or whose store failed, only follows. */
  | { readonly type: 'waiting'; readonly isQueued: boolean; readonly following: { readonly leader: TabId; readonly link: Link } | null }
  | { readonly type: 'opening'; readonly term: string }
  | { readonly type: 'leading'; readonly term: string; readonly followers: Followers; readonly admissions: number }
  | { readonly type: 'closing' }

export interface TabState {
  readonly id: TabId
  readonly schema: SchemaIdentity
  readonly stage: Stage
  /** The page is present: not gone, and not in the browser's cache. */
  readonly isHere: boolean
  readonly isVisible: boolean
  readonly load: 'loading' | 'loaded' | 'failed'
  /** Why this tab has no engine of its own and does not try to open one; for good, or for a while. */
  readonly failure: WireError | null
}
