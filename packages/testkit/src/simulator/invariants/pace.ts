/**
 * I-PACE: after an answer that leaves a device where it stood, with something left to do, the same is not asked at once: it would go on as
 * fast as the network can, and nobody would see it.
 */
import { decodePage, decodePullRequest, decodePushAnswer, decodePushRequest, type SpaceId, type Wire } from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'

/** The shortest wait that may be drawn. */
const WAIT_MIN_MS = 100

interface Standstill {
  readonly atMs: number
  /** By the clock of the device, which goes by that. */
  readonly ownMs: number
  readonly hints: number
  readonly opened: Device['opened']
}

interface Position {
  readonly cursor: unknown
  readonly replica: unknown
  /** Of the records that it has read of this history. */
  readonly version: number
}

export class Pace {
  readonly #device: Device
  /** By what is asked, of which space. */
  readonly #standstills = new Map<string, Standstill>()

  constructor(device: Device) {
    this.#device = device
  }

  asks(path: RequestPath, request: Wire): void {
    const asked = path === 'push' ? decodePushRequest(request) : path === 'pull' ? decodePullRequest(request) : null
    if (asked?.ok !== true) return
    const { hints, name, opened, world } = this.#device
    const key = `${path} ${asked.value.space}`
    const last = this.#standstills.get(key)
    this.#standstills.delete(key)
    if (last === undefined || last.hints !== hints || last.opened !== opened) return
    const waitedMs = Math.max(world.agenda.nowMs - last.atMs, this.#device.nowMs() - last.ownMs)
    holds(waitedMs >= WAIT_MIN_MS, 'I-PACE', () => `${name} asks ${key} again after ${waitedMs} ms, though the last answer changed nothing`)
  }

  /** The hub has refused something: a remedy may begin anew, at once. */
  forget(): void {
    this.#standstills.clear()
  }

  /** What is to be called once the device has taken the answer. */
  heard(path: RequestPath, request: Wire, answer: unknown): () => void {
    if (path === 'push') {
      const [asked, said] = [decodePushRequest(request), decodePushAnswer(answer)]
      if (asked.ok && said.ok && asked.value.epoch === said.value.epoch) return this.#pushed(said.value.space)
    } else if (path === 'pull') {
      const [asked, said] = [decodePullRequest(request), decodePage(answer)]
      const isOfEpoch = asked.ok && said.ok && asked.value.epoch === said.value.epoch
      if (isOfEpoch && said.value.cursor !== asked.value.cursor) return this.#pulled(said.value.space, asked.value.cursor, said.value.head)
    }
    return () => undefined
  }

  #pushed(space: SpaceId): () => void {
    const before = this.#waiting(space)
    return () => {
      const now = new Set(this.#waiting(space))
      if (before.length > 0 && before.every((intent) => now.has(intent))) this.#stands('push', space)
    }
  }

  #pulled(space: SpaceId, askedAt: string | null, head: number): () => void {
    const before = this.#position(space)
    return () => {
      const now = this.#position(space)
      if (now.replica === before.replica && now.cursor === askedAt && now.version < head) this.#stands('pull', space)
    }
  }

  #stands(path: RequestPath, space: SpaceId): void {
    const { hints, opened, world } = this.#device
    this.#standstills.set(`${path} ${space}`, { atMs: world.agenda.nowMs, ownMs: this.#device.nowMs(), hints, opened })
  }

  #waiting(space: SpaceId): readonly string[] {
    const rows = this.#device.disk.query("SELECT intent FROM _change WHERE space = ? AND status = 'queued'").values(space)
    return rows.map(([intent]) => String(intent))
  }

  #position(space: SpaceId): Position {
    const { disk } = this.#device
    const [row] = disk.query('SELECT cursor, version, rebuilding FROM _space WHERE id = ?').values(space)
    const replica = disk.query("SELECT value FROM _meta WHERE key = 'replica'").get()?.['value']
    const [cursor, version, rebuilding] = row ?? [null, 0, 0]
    return { cursor, version: rebuilding === 1 ? 0 : Number(version), replica }
  }
}
