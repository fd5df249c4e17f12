/** Messages as text: core's codec, with the stored texts of log chunks inserted unparsed. */
import {
  decodeHelloRequest,
  decodePollRequest,
  decodePullRequest,
  decodePushRequest,
  encodeHelloAnswer,
  encodeLiveFrame,
  encodeLogChunk,
  encodePage,
  encodePollAnswer,
  encodePushAnswer,
  type HelloAnswer,
  type LogEntry,
  logPageText,
  type Page,
  type PollAnswer,
  type PushAnswer,
  type ReplicaId,
  type SpaceId,
} from '@tombolo/core'
import type { PulledPage } from './pull/pull.ts'

export { decodeHelloRequest, decodePollRequest, decodePullRequest, decodePushRequest }

export const encodeLog = (entries: readonly LogEntry[]): string => JSON.stringify(encodeLogChunk(entries))

export const helloText = (answer: HelloAnswer): string => JSON.stringify(encodeHelloAnswer(answer))
export const pushedText = (answer: PushAnswer): string => JSON.stringify(encodePushAnswer(answer))
export const polledText = (answer: PollAnswer): string => JSON.stringify(encodePollAnswer(answer))

export function pageText({ request, body, ...page }: PulledPage): string {
  const { replica, space, cursor: from } = request
  const head = { ...page, replica, space, hubTimeMs: page.nowMs, from }
  return body.type === 'log' ? logPageText(head, body.texts) : JSON.stringify(encodePage({ ...head, body }))
}

/** Frames of a live socket; a body or a page is text already. */
export const answerFrame = (id: string, status: number, body: string): string => `[1,${JSON.stringify(id)},${status},${body}]`
export const headFrame = (space: SpaceId, head: number): string => JSON.stringify(encodeLiveFrame({ type: 'head', space, head }))

/** Returns a function that writes the delta for a replica. Everything else is written once for all replicas. */
export function deltaFrames(page: Omit<Page, 'body' | 'replica'>, chunkTexts: readonly string[]): (replica: ReplicaId) => string {
  const text = logPageText({ ...page, replica: '' as ReplicaId }, chunkTexts)
  const start = `[${JSON.stringify(page.epoch)},"`
  const rest = text.slice(start.length)
  return (replica) => `[3,${start}${replica}${rest}]`
}
