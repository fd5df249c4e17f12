/**
 * What a device asks, right before it asks.
 *
 * I-RECEIPT what the hub had accepted, and lost, its author sends again with the receipt: else it would be judged anew, by other rules and at
 * other times · I-ASK a pull asks for the verdicts of what failed, since a copy may have tried it again · I-STAGE whoever begins to read a
 * space anew has nothing left of an earlier reading · I-SUSPECT what the hub has failed on goes alone, so that nothing else suffers from it
 */
import {
  decodePullRequest,
  decodePushRequest,
  type Intent,
  type Problem,
  type PullRequest,
  type PushedChange,
  type PushRequest,
  type Receipt,
  type Result,
  type SpaceId,
  type Wire,
} from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'
import { Broken, holds } from '../broken.ts'
import type { Device } from '../device/device.ts'

export class Asks {
  readonly #device: Device
  /** The change of each space that the hub named as it failed, as this process was told. Once it was refused, a retry is another matter. */
  readonly #suspects = new Map<SpaceId, PushedChange>()
  #told: Device['opened'] = null

  constructor(device: Device) {
    this.#device = device
  }

  asks(path: RequestPath, body: Wire): void {
    if (path === 'push') this.#pushes(readable(this.#device, decodePushRequest(body)))
    if (path === 'pull') this.#pulls(readable(this.#device, decodePullRequest(body)))
  }

  refused(path: RequestPath, body: Wire, problem: Problem): void {
    const { intent } = problem
    if (path !== 'push' || problem.class !== 'retryable' || intent === undefined) return
    const { changes, space } = readable(this.#device, decodePushRequest(body))
    const named = changes.find(({ content }) => content.intent === intent)
    if (named !== undefined && changes.length > 1) this.#inThisProcess().set(space, named)
  }

  #pushes(push: PushRequest): void {
    sendsReceipts(this.#device, push)
    const suspect = this.#inThisProcess().get(push.space)
    if (suspect === undefined || push.changes.length === 1) return
    const { intent } = suspect.content
    // It was applied since, and a hub that was put back lacks it.
    if (this.#device.changesWhere("intent = ? AND status = 'queued'", intent).length === 0) return void this.#suspects.delete(push.space)
    const isAmongOthers = push.changes.some(({ attempt, content }) => content.intent === intent && attempt === suspect.attempt)
    holds(!isAmongOthers, 'I-SUSPECT', () => `${this.#device.name} sends others with ${intent}, on which the hub has failed`)
  }

  #pulls(pull: PullRequest): void {
    asksForFailed(this.#device, pull)
    if (pull.cursor !== null) return
    const left = this.#device.disk.query('SELECT 1 FROM _staged WHERE space = ? LIMIT 1').get(pull.space)
    holds(left === undefined, 'I-STAGE', () => `${this.#device.name} begins to read ${pull.space} with what an earlier reading has left`)
  }

  #inThisProcess(): Map<SpaceId, PushedChange> {
    if (this.#told !== this.#device.opened) this.#suspects.clear()
    this.#told = this.#device.opened
    return this.#suspects
  }
}

function readable<T>({ name }: Device, request: Result<T, { readonly code: string; readonly path: string }>): T {
  if (!request.ok) throw new Broken('I-SCHEMA', `${name} asks what cannot be read: ${request.error.code} ${request.error.path}`)
  return request.value
}

function sendsReceipts(device: Device, { changes }: PushRequest): void {
  const held = device.disk.query("SELECT intent, receipt FROM _change WHERE status = 'queued' AND receipt IS NOT NULL").values()
  if (held.length === 0) return
  const receipts = new Map(held.map(([intent, receipt]) => [intent as Intent, JSON.parse(String(receipt)) as Receipt]))
  for (const { content, receipt } of changes) {
    const due = receipts.get(content.intent)
    holds(due === undefined || due.mac === receipt?.mac, 'I-RECEIPT', () => `${device.name} sends ${content.intent} without its receipt`)
  }
}

function asksForFailed(device: Device, { space, waiting }: PullRequest): void {
  const listed = new Set(waiting)
  for (const { intent } of device.changesWhere("status = 'failed' AND space = ?", space))
    holds(listed.has(intent), 'I-ASK', () => `${device.name} does not ask for ${intent}, which failed`)
}
