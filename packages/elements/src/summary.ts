/**
 * The state of a store in a few words, shown by the chip. Only the most important fact is shown:
 *
 *   needs a person (refused, to review, a full device, restored data)  >  to send  >  cannot connect  >  still loading  >  all sent
 *
 * Offline is normal and never loud. Files and jobs are counted apart from records.
 */
import type { StoreStatus } from '@tombolo/client'
import type { Wording } from './wording.ts'

export type SummaryKind =
  'starting' | 'attention' | 'review' | 'to-send' | 'offline' | 'signed-out' | 'update-needed' | 'connecting' | 'loading' | 'all-sent'

/** `loud` asks for a person, `busy` has something to send, `quiet` has not. */
export type Tone = 'loud' | 'busy' | 'quiet'

export interface Summary {
  /** Selects the chip's icon. */
  readonly kind: SummaryKind
  readonly tone: Tone
  readonly text: string
}

/** Summarises a status; undefined until the store is open. */
export function summarize(status: StoreStatus | undefined, words: Wording): Summary {
  if (status === undefined) return { kind: 'starting', tone: 'quiet', text: words.say('status.starting') }
  if (status.needsAttention > 0)
    return { kind: 'attention', tone: 'loud', text: words.say('status.attention', { n: status.needsAttention }) }
  if (status.toReview > 0) return { kind: 'review', tone: 'loud', text: words.say('status.review', { n: status.toReview }) }
  if (status.storage.isFull) return { kind: 'attention', tone: 'loud', text: words.say('status.full') }
  if (status.recovered !== null) return { kind: 'attention', tone: 'loud', text: words.say('status.recovered') }
  const waits = waitingWords(status, words)
  const text = behind(status, waits ?? words.say('status.behind.allSent'), words)
  if (waits !== null) return { kind: text === null ? 'to-send' : whereKind(status), tone: 'busy', text: text ?? waits }
  if (text === null && status.loading !== null)
    return { kind: 'loading', tone: 'quiet', text: words.say('status.loading', { share: words.share(status.loading) }) }
  return { kind: whereKind(status), tone: 'quiet', text: text ?? idleWords(status, words) }
}

/** The content of the outbox, most important first; null if nothing waits. */
function waitingWords({ toSend, lanes }: StoreStatus, words: Wording): string | null {
  if (toSend > 0) return words.say('status.toSend', { n: toSend })
  if (lanes.files > 0) return words.say('status.files', { n: lanes.files })
  return lanes.jobs > 0 ? words.say('status.jobs', { n: lanes.jobs }) : null
}

/** 'Offline · 3 to send'; null if nothing prevents sending. */
function behind({ connection }: StoreStatus, state: string, words: Wording): string | null {
  switch (connection) {
    case 'offline':
      return words.say('status.behind', { where: words.say('status.offline'), state })
    case 'needs-sign-in':
      return words.say('status.behind', { where: words.say('status.signedOut'), state })
    case 'blocked':
      return words.say('status.behind', { where: words.say('status.updateNeeded'), state })
    case 'connecting':
    case 'live':
      return null
  }
}

function whereKind({ connection }: StoreStatus): SummaryKind {
  switch (connection) {
    case 'offline':
      return 'offline'
    case 'needs-sign-in':
      return 'signed-out'
    case 'blocked':
      return 'update-needed'
    case 'connecting':
      return 'connecting'
    case 'live':
      return 'all-sent'
  }
}

const idleWords = ({ connection }: StoreStatus, words: Wording): string =>
  words.say(connection === 'connecting' ? 'status.connecting' : 'status.allSent')
