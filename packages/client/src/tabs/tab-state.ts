/** What a tab knows, hears and does about who has the store: the words of machine.ts. */
import type { SchemaIdentity } from '@tombolo/core'
import type { WireError } from './channel.ts'

export type TabId = string
/** The channel between a leader and one follower, by its name. It is gone into once: each admission has another one. */
export type Link = string

/** Between all tabs of a store. */
export type TabMessage = { readonly from: TabId; readonly protocol: number; readonly schema: SchemaIdentity } &
  /** `link`: where it follows a leader already, so that a leader which knows better admits it anew. */
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
  /** The device failed to read or write: the file is closed and opened again, here or in another tab. */
  | { readonly type: 'broke' }
  /** Whether a person sees this tab's page. */
  | { readonly type: 'looked'; readonly isVisible: boolean }

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
  /** The engine is told whether a person sees any of its pages. */
  | { readonly type: 'show'; readonly isVisible: boolean }
  /** `silence` after a while. */
  | { readonly type: 'wait' }

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
  /** The page is there: not gone, and not in the browser's cache. */
  readonly isHere: boolean
  readonly isVisible: boolean
  readonly load: 'loading' | 'loaded' | 'failed'
  /** Why this tab has no engine of its own and will not try again. */
  readonly failure: WireError | null
}
