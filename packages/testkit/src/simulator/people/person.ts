/**
 * Someone who works with a device: looks at it several times a day, writes in bursts on few records, mends what was refused, decides what is
 * in conflict, and puts it away.
 */
import type { Intent, Json, RecordId, SpaceId } from '@tombolo/core'
import type { Device } from '../device/device.ts'
import { Killed } from '../device/disk.ts'
import { afterSave, noteAsked } from '../invariants/saves.ts'
import { sightOf, type Witness } from '../invariants/seen.ts'
import type { Dice } from '../random.ts'
import { deviceApp } from '../schema.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Act, ACTS, type Scene } from './acts.ts'

type Port = NonNullable<Device['port']>
type Batch = Parameters<Port['write']>[0]
type Answer = Awaited<ReturnType<Port['write']>>

const DAY_MS = 24 * 3_600_000
const SESSIONS_PER_DAY = 5
const PAUSE_MS = 15_000
const FORM_SHARE = 0.05
const FORMS = 20

export class Person {
  readonly device: Device
  readonly #world: Surroundings
  readonly #witness: Witness
  readonly #dice: Dice
  #isHealed = false
  #batches = 0
  #words = 0

  constructor(device: Device, witness: Witness) {
    this.device = device
    this.#world = device.world
    this.#witness = witness
    this.#dice = device.world.dice(`person ${device.name}`)
    this.#sessionLater()
  }

  /** From now on they write only when asked. */
  heal(): void {
    this.#isHealed = true
  }

  /** Saves, and resolves to the intent; null where it was refused, or where the device went away before it said. */
  async save(space: SpaceId, steps: readonly object[], more: object = {}): Promise<Intent | null> {
    const answer = await this.#write({ type: 'write', space, steps, createsSpace: true, ...more } as never)
    return answer?.ok === true ? answer.intent : null
  }

  newWord(): string {
    return `<${this.device.name}.${++this.#words}>`
  }

  /** Handles everything that was refused: `isFinal` leaves nothing behind. */
  async mend(isFinal: boolean): Promise<void> {
    const { port } = this.device
    if (port === null) return
    const answer = await this.#unlessGone(port.read({ type: 'outbox' }))
    if (answer?.type !== 'outbox') return
    for (const item of answer.items.filter(({ status }) => status === 'failed')) {
      const at = this.#dice.roll()
      if (!isFinal && at < 0.3) continue
      // What the hub's app refuses or fails on, it will again.
      const isHopeless = item.refused?.code === 'value.invalid' || (isFinal && item.refused?.code === 'hub.fault')
      const canRetry = item.canRetry && !isHopeless
      if (canRetry && at < 0.6) await this.#givingUp({ type: 'retry', seq: item.seq })
      else if (at < 0.8 && !isFinal) await this.#amend(item.seq, item.records[0])
      else await this.#givingUp({ type: 'discard', seq: item.seq })
    }
  }

  /** Signs in again where that is needed. */
  signIn(): void {
    if (this.#world.accountOf(this.device.token) !== null) return
    this.device.token = this.#world.issue(this.device.plan.account)
    void this.#write({ type: 'sendNow' })
  }

  // ── their day ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #sessionLater(): void {
    this.#world.agenda.after(this.#dice.wait(DAY_MS / SESSIONS_PER_DAY), () => {
      if (this.#isHealed) return
      void this.#session()
      this.#sessionLater()
    })
  }

  async #session(): Promise<void> {
    const { device } = this
    if (!device.isOpen) return
    device.look(true)
    if (this.#dice.chance(0.7)) this.signIn()
    if (this.#dice.chance(0.6)) await this.mend(false)
    if (this.#dice.chance(0.5)) await this.#decide()
    const edits = Math.round(this.#dice.wait(this.#world.plan.editsPerDay / SESSIONS_PER_DAY))
    this.#editLater(edits, null)
  }

  #editLater(left: number, scene: Scene | null): void {
    const { device } = this
    const pauseMs = this.#dice.chance(0.7) ? 500 + this.#dice.wait(2_000) : this.#dice.wait(PAUSE_MS)
    this.#world.agenda.after(pauseMs, () => {
      if (this.#isHealed) return
      if (left <= 0 || !device.isOpen) return this.#putAway()
      const now = scene === null || this.#dice.chance(0.2) ? this.#look() : scene
      device.life.comes(() => void this.#edit(now))
      this.#editLater(left - 1, now)
    })
  }

  #putAway(): void {
    const { device } = this
    device.look(false)
    device.life.comes(() => void this.#write({ type: 'seal', space: null }))
  }

  /** What is on the screen. */
  #look(): Scene {
    const { device } = this
    const space = this.#dice.pick(this.#world.spacesOf(device.plan.account))
    const ids = (collection: string): readonly RecordId[] =>
      device.disk
        .query(`SELECT id FROM ${collection} WHERE space = ? AND "$deleted" = 0 ORDER BY id LIMIT 12`)
        .values(space)
        .map(([id]) => id as RecordId)
    return { space, notes: ids('notes'), samples: ids('samples'), sheets: ids('sheets'), twins: this.#twins(space) }
  }

  #twins(space: SpaceId): Scene['twins'] {
    const rows = this.device.disk
      .query('SELECT "of", group_concat(id) AS ids FROM twins WHERE space = ? AND "$deleted" = 0 GROUP BY "of" HAVING count(*) = 2')
      .values(space)
    return rows.map(([of, ids]) => ({ of: String(of), ids: String(ids).split(',') as RecordId[] }))
  }

  async #edit(scene: Scene): Promise<void> {
    const act = this.#pickAct(scene)
    const { device } = this
    const steps = act.steps({
      scene,
      dice: this.#dice,
      word: () => this.newWord(),
      newRecord: () => device.newRecord(),
      version: device.appVersion,
      textOf: (id) => this.#textOf(id),
    })
    if (steps.length === 0) return
    const label = this.#dice.chance(0.2) ? { label: act.name } : {}
    // A form of which everybody has the same few: what is saved again under one id is the same intent.
    const form = this.#dice.chance(FORM_SHARE) ? { intent: `form ${this.#dice.below(FORMS)}` } : {}
    await this.save(scene.space, steps, { ...label, ...form })
  }

  #pickAct(scene: Scene): Act {
    const able = ACTS.filter(({ needs }) => needs === null || scene[needs].length > 0)
    const total = able.reduce((sum, { weight }) => sum + weight, 0)
    let at = this.#dice.roll() * total
    return able.find(({ weight }) => (at -= weight) < 0) ?? (able[0] as Act)
  }

  #textOf(id: RecordId): string {
    const row = this.device.disk.query('SELECT body FROM notes WHERE id = ?').values(id)[0]
    return typeof row?.[0] === 'string' ? row[0] : ''
  }

  // ── mending and deciding ───────────────────────────────────────────────────────────────────────────────────────────────

  async #decide(): Promise<void> {
    const { port } = this.device
    const answer = port === null ? null : await this.#unlessGone(port.read({ type: 'conflicts', space: null }))
    if (answer?.type !== 'conflicts') return
    for (const { space, collection, record, field, id, mine, theirs } of answer.items.slice(0, 3)) {
      if (this.#dice.chance(0.4)) continue
      const side = this.#dice.pick([...mine, ...theirs])
      const step = field === '$life' ? { type: side.value === 'deleted' ? 'delete' : 'restore' } : resolve(field, side.value, id)
      await this.save(space, [{ ...step, collection, record }])
    }
  }

  async #amend(seq: number, record: { readonly collection: string; readonly id: RecordId } | undefined): Promise<void> {
    if (record === undefined) return
    const field = textFieldOf(record.collection, this.device.appVersion)
    const steps =
      field === null ? [] : [{ type: 'set', collection: record.collection, record: record.id, values: { [field]: this.newWord() } }]
    await this.#givingUp({ type: 'amend', seq, steps } as never)
  }

  /** Whoever mends a change gives up what was refused: that change, and others that it stands on. */
  async #givingUp(batch: DistributiveOmit<Batch, 'operationId'>): Promise<void> {
    const { device } = this
    const { disk } = device
    const failed = device.changes().filter(({ status }) => status === 'failed')
    const answer = await this.#write(batch)
    // A process that was killed may have done it before it could say so: its disk tells.
    const mayBeDone = answer === null ? device.disk === disk : answer.ok
    if (!mayBeDone) return
    const left = device.intents()
    for (const { intent } of failed) if (!left.has(intent)) this.#world.truth.discarded.add(intent)
  }

  async #write(batch: DistributiveOmit<Batch, 'operationId'>): Promise<Answer | null> {
    const { device } = this
    const { port, life } = device
    if (port === null || !life.isAlive) return null
    noteAsked(device, batch)
    const sight = batch.type === 'write' ? sightOf(device, batch) : null
    const asked = { ...batch, operationId: device.plan.mirrored ? `${device.name} ${++this.#batches}` : '' }
    const answer = await this.#unlessGone(port.write(asked))
    if (answer === null || !life.isAlive) return null
    if (sight !== null && answer.ok && answer.intent !== null) this.#witness.wrote(answer.intent, sight)
    this.#afterSave(batch, answer)
    return answer
  }

  #afterSave(batch: DistributiveOmit<Batch, 'operationId'>, answer: Answer): void {
    try {
      afterSave(this.device, batch, answer)
    } catch (error) {
      this.#world.fails(error)
    }
  }

  /** Null where the device was killed, or its storage refused to be read. */
  async #unlessGone<T>(answer: Promise<T>): Promise<T | null> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof Killed || isOfStorage(error)) return null
      throw error
    }
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

const resolve = (field: string, value: Json, conflict: string): object => ({ type: 'resolve', field, value, conflict })

/** The field of a collection that a forbidden word may stand in. */
function textFieldOf(collection: string, version: 1 | 2): string | null {
  const fields = deviceApp[version].collections[collection]?.fields ?? {}
  return ['heading', 'title', 'label'].find((field) => field in fields) ?? null
}

/** Also where it came from another tab, as a copy that keeps name and code. */
const isOfStorage = (error: unknown): boolean => error instanceof Error && error.name === 'StorageError'
