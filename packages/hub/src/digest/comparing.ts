/** Answers `/digest` and `/range` [Q5], and tells the operators of a device that differs. */
import {
  decodeDigestRequest,
  decodeRangeRequest,
  type DigestRequest,
  encodeDigestAnswer,
  encodeRangeAnswer,
  type Epoch,
  PAGE_BYTES_MAX,
  type ReplicaId,
  type SpaceId,
} from '@tombolo/core'
import type { Log } from '../log.ts'
import { malformed, type Reply } from '../reply.ts'
import { type CompareContext, type Compared, digestsOf, recordsOf } from './compare.ts'

export interface ComparingOptions {
  readonly context: () => CompareContext
  readonly clock: () => number
  readonly log: Log
}

/** A record is digested in about 50 µs: as long as a device may take for so many bytes. */
const DIGEST_WORK = 50

export class Comparing {
  readonly #options: ComparingOptions
  /** The last digests that are being made. One at a time: they take long, and nobody waits for them. */
  #digesting: Promise<unknown> = Promise.resolve()

  constructor(options: ComparingOptions) {
    this.#options = options
  }

  async digest(account: string, body: unknown): Promise<Reply> {
    const request = decodeDigestRequest(body)
    if (!request.ok) return malformed(request.error)
    const made = this.#digesting.then(() => digestsOf(account, request.value, this.#options.context()))
    this.#digesting = made.catch(() => undefined)
    const digested = await made
    const reply = this.#reply(request.value, digested, (parts, head) => encodeDigestAnswer({ ...head, parts }))
    return reply.type === 'answer' && digested.type === 'answer' ? { ...reply, work: DIGEST_WORK * (digested.rows ?? 0) } : reply
  }

  async range(account: string, body: unknown): Promise<Reply> {
    const request = decodeRangeRequest(body)
    if (!request.ok) return malformed(request.error)
    const { space, replica, version, alarm } = request.value
    const read = await recordsOf(account, request.value, PAGE_BYTES_MAX, this.#options.context())
    if (alarm && read.type === 'answer' && read.answer !== null)
      this.#options.log.error({ code: 'space.diverged', space, replica, version }, 'the records of a device differ from the hub’s')
    return this.#reply(request.value, read, (answer, head) =>
      encodeRangeAnswer({ ...head, records: answer?.records ?? null, to: answer?.to ?? null }),
    )
  }

  #reply<T>({ replica, space }: DigestRequest, compared: Compared<T>, encode: (answer: T, head: AnswerHead) => unknown): Reply {
    if (compared.type === 'refused') return { type: 'problem', problem: compared.problem }
    const { epoch } = this.#options.context()
    const head = { epoch, replica, space, hubTimeMs: this.#options.clock(), head: compared.head }
    return { type: 'answer', text: JSON.stringify(encode(compared.answer, head)) }
  }
}

interface AnswerHead {
  readonly epoch: Epoch
  readonly replica: ReplicaId
  readonly space: SpaceId
  readonly hubTimeMs: number
  readonly head: number
}
