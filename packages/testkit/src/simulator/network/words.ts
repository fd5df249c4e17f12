/** What a device and the hub said to one another, for somebody who reads a timeline: names and numbers, no contents. */
import { decodePage, decodePullRequest, decodePushAnswer, decodePushRequest, type Json, type Verdict } from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'

export function requestWords(path: RequestPath, body: Json): string {
  if (path === 'push') {
    const push = decodePushRequest(body)
    return push.ok
      ? `n ${push.value.base.n + 1}…: ${push.value.changes.map(({ content, attempt, receipt }) => content.intent + marks(attempt, receipt !== null)).join(' ')}`
      : ''
  }
  if (path !== 'pull') return ''
  const pull = decodePullRequest(body)
  return pull.ok && pull.value.waiting.length > 0 ? `waits for ${pull.value.waiting.join(' ')}` : ''
}

export function answerWords(path: RequestPath, body: Json): string {
  if (path === 'push') {
    const answer = decodePushAnswer(body)
    return answer.ok ? `${verdictWords(answer.value.verdicts)}, head ${answer.value.head}` : ''
  }
  if (path !== 'pull') return ''
  const page = decodePage(body)
  if (!page.ok) return ''
  const { verdicts, body: brought, head, more } = page.value
  const what =
    brought.type === 'log'
      ? brought.entries.map(({ version, name }) => `${version} ${name}`).join(' ')
      : `${brought.whole ? 'all' : 'changed'} records: ${brought.records.map(({ collection, id }) => `${collection}/${id}`).join(' ')}`
  return [verdictWords(verdicts), what, `head ${head}${more ? ', more' : ''}`].filter((part) => part !== '').join('; ')
}

const marks = (attempt: number, hasReceipt: boolean): string =>
  `${attempt > 0 ? ` attempt ${attempt}` : ''}${hasReceipt ? ' with its receipt' : ''}`

const verdictWords = (verdicts: readonly Verdict[]): string =>
  verdicts
    .map((verdict) => `${verdict.name.slice(0, INTENT)} ${verdict.type === 'applied' ? `applied ${verdict.version}` : verdict.code}`)
    .join(', ')

const INTENT = 14
