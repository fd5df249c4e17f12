/** Translates reasons for waiting and codes of refusals into words for a person. */
import type { Waiting, WaitReason } from '@tombolo/core'
import type { Wording } from './wording.ts'
import type { WordKey } from './words.ts'

const REASONS = {
  offline: 'wait.offline',
  'sign-in': 'wait.signIn',
  'app.older': 'wait.appOlder',
  'hub.older': 'wait.hubOlder',
  join: 'wait.join',
  permission: 'wait.permission',
  refused: 'wait.refused',
  recovery: 'wait.recovery',
  busy: 'wait.busy',
  retry: 'wait.retry',
  turn: 'wait.turn',
  typing: 'wait.typing',
  draft: 'wait.draft',
  'wifi-only': 'wait.wifi',
  metered: 'wait.metered',
  'save-data': 'wait.saveData',
  battery: 'wait.battery',
  hours: 'wait.hours',
  'weak-signal': 'wait.signal',
} as const satisfies Readonly<Record<WaitReason, WordKey>>

const isReason = (reason: string): reason is WaitReason => Object.hasOwn(REASONS, reason)

/** The words for a reason. An unknown reason is not shown as a code: 'Saved on this device' is always true. */
export const reasonWords = (reason: string | null, words: Wording): string =>
  words.say(reason !== null && isReason(reason) ? REASONS[reason] : 'wait.saved')

/** The time of the next attempt, if the engine has set one and it is in the future. */
export function nextTryWords(waiting: Waiting | null, words: Wording, now: number): string | null {
  const at = waiting?.nextTryAt ?? null
  return at === null || at <= now ? null : words.say('wait.nextTry', { time: words.time(at, now) })
}

export type AdviceKey = WordKey & `advice.${string}`

const ADVICE: Readonly<Record<string, AdviceKey>> = {
  'access.denied': 'advice.access',
  'access.revoked': 'advice.access',
  'change.tooLarge': 'advice.size',
  'access.lastOwner': 'advice.lastOwner',
  'hub.fault': 'advice.hub',
  'intent.reused': 'advice.intent',
  'record.absent': 'advice.absent',
  'record.gone': 'advice.gone',
  'set.tooLarge': 'advice.size',
  'space.deleted': 'advice.space',
  'space.denied': 'advice.access',
  'space.exists': 'advice.access',
  'text.depends': 'advice.text',
  'value.tooDeep': 'advice.size',
  'value.tooLarge': 'advice.size',
}

/** The advice for other codes, by the part before the dot. */
const ADVICE_OF_FAMILY: Readonly<Record<string, AdviceKey>> = {
  group: 'advice.value',
  schema: 'advice.schema',
  value: 'advice.value',
}

/** The advice for a code. For the codes of an app's own policies, the hub's message says what is wrong. */
export function adviceOf(code: string, canRetry: boolean): AdviceKey {
  return ADVICE[code] ?? ADVICE_OF_FAMILY[code.split('.', 1)[0] ?? ''] ?? (canRetry ? 'advice.other' : 'advice.noRetry')
}

/** Whether a retry would be refused again until the content is changed. */
export const asksForEdit = (advice: AdviceKey): boolean => EDIT_FIRST.has(advice)

const EDIT_FIRST: ReadonlySet<AdviceKey> = new Set(['advice.value', 'advice.size', 'advice.intent', 'advice.text', 'advice.noRetry'])
