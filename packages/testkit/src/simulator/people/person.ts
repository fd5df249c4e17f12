/**
 * Someone who works with a device: looks at it several times a day, writes in bursts on few records, mends what was refused, decides what is
 * in conflict, and puts it away.
 */
import { type Intent, type Json, parseContent, type SpaceId } from '@tombolo/core'
import type { Doing, Release, Screen, SignStep } from '../app.ts'
import type { Mending } from '../coverage.ts'
import type { Device } from '../device/device.ts'
import { Killed } from '../device/disk.ts'
import { Questions } from '../invariants/answers.ts'
import { afterSave, noteAsked } from '../invariants/saves.ts'
import { sightOf, type Witness } from '../invariants/seen.ts'
import type { Dice } from '../random.ts'
import type { Surroundings } from '../surroundings.ts'

type Port = NonNullable<Device['port']>
type Batch = Parameters<Port['write']>[0]
type Answer = Awaited<ReturnType<Port['write']>>
type OutboxItem = Extract<Awaited<ReturnType<Port['read']>>, { type: 'outbox' }>['items'][number]

const DAY_MS = 24 * 3_600_000
const SESSIONS_PER_DAY = 3
/** Sessions with others, besides. */
export const MEETINGS_PER_DAY = 2
const ARRIVAL_MS = 10_000
const SIGNAL_SHARE = 0.7
const EDITING_SESSIONS_PER_DAY = SESSIONS_PER_DAY + MEETINGS_PER_DAY
const PAUSE_MS = 15_000
const FORM_SHARE = 0.05
const FORMS = 20
/** Up to here of what they may do they try again what the hub's app refused. */
const HOPE = 0.4
/** Refusals of the hub's app, which is mended in the end. */
const CURABLE: ReadonlySet<string> = new Set(['value.invalid', 'hub.fault'])

/** What those who sit together have before them, by the release that shows it. */
export type SharedScreens = Map<Release, Screen>

export class Person {
  readonly device: Device
  readonly questions: Questions
  readonly #world: Surroundings
  readonly #witness: Witness
  readonly #dice: Dice
  readonly #meetings: Dice
  /** In the end, once nothing refuses it. */
  readonly #triedAgain = new Map<Intent, number>()
  #isHealed = false
  #batches = 0
  #words = 0

  constructor(device: Device, witness: Witness) {
    this.device = device
    this.questions = new Questions(device)
    this.#world = device.world
    this.#witness = witness
    this.#dice = device.world.dice(`person ${device.name}`)
    this.#meetings = device.world.dice(`meetings ${device.name}`)
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

  /** A step that adds a record which nobody refuses. */
  sign(): SignStep {
    return this.#world.app.sign(this.#doing())
  }

  /** Handles everything that was refused. `isFinal` leaves nothing behind: the app of the hub was mended, and refuses nothing. */
  async mend(isFinal: boolean): Promise<void> {
    const { port } = this.device
    if (port === null) return
    const answer = await this.#unlessGone(port.read({ type: 'outbox' }))
    if (answer?.type !== 'outbox') return
    for (const item of answer.items.filter(({ status }) => status === 'failed')) {
      const at = this.#dice.roll()
      if (!isFinal && at < 0.3) continue
      const code = item.refused?.code ?? ''
      // What the hub's app refuses, it will again, unless it was mended, and whoever runs it says so.
      const isMended = !isFinal && code === 'value.invalid' && !this.#world.isStrict
      const canRetry = item.canRetry && (isFinal || isMended || code !== 'value.invalid' || at < HOPE)
      // An app may have become stricter with its newest release, for good.
      const isPlanted = code !== 'value.invalid' || item.refused?.message === this.#world.app.planted
      const isCured = isFinal && CURABLE.has(code) && isPlanted
      if (isCured) this.#isHeard(item.intent, code)
      if (canRetry && at < (isCured || isMended ? 0.9 : 0.5)) {
        if (isCured) this.#triedAgain.set(item.intent, (this.#triedAgain.get(item.intent) ?? 0) + 1)
        await this.#mends(item, { type: 'retry', intent: item.intent })
      } else if (at < 0.8 && !isFinal) await this.#amend(item)
      else await this.#mends(item, { type: 'discard', intent: item.intent })
    }
  }

  /** H-RETRY: once the reason is gone, whoever tries again is heard; of two copies the second, as both count for themselves. */
  #isHeard(intent: Intent, code: string): void {
    const { copied, twofold } = this.#world.truth
    const isCopied = copied.has(intent) || twofold.has(intent)
    if ((this.#triedAgain.get(intent) ?? 0) > (isCopied ? 1 : 0))
      this.#world.breaks('H-RETRY', `${this.device.name} tried ${intent} again, which is still ${code}`)
  }

  /** Signs in again where that is needed. */
  signIn(): void {
    if (this.#world.accountOf(this.device.token) !== null) return
    this.device.token = this.#world.issue(this.device.plan.account)
    this.device.hints += 1
    void this.#write({ type: 'sendNow' })
  }

  // ── their day ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  #sessionLater(): void {
    this.#world.agenda.after(this.#dice.wait(DAY_MS / SESSIONS_PER_DAY), () => {
      if (this.#isHealed) return
      void this.work()
      this.#sessionLater()
    })
  }

  /** Comes to a meeting, mostly where there is signal. Whoever else comes changes no draw of this. */
  comes(shared: SharedScreens): void {
    if (this.#meetings.chance(SIGNAL_SHARE)) this.device.line.weather.comes()
    this.#world.agenda.after(this.#meetings.wait(ARRIVAL_MS), () => {
      if (!this.#isHealed) void this.work(shared)
    })
  }

  /** Looks at the device, and edits for a while; `shared`: with others. */
  async work(shared: SharedScreens | null = null): Promise<void> {
    const { device } = this
    if (!device.isOpen) return
    device.look(true)
    if (this.#dice.chance(0.7)) this.signIn()
    if (this.#dice.chance(0.6)) await this.mend(false)
    if (this.#dice.chance(0.5)) await this.#decide()
    if (this.#dice.chance(0.2)) await this.#withdraw()
    const edits = Math.round(this.#dice.wait(this.#world.plan.editsPerDay / EDITING_SESSIONS_PER_DAY))
    this.#editLater(edits, null, shared)
  }

  #editLater(left: number, screen: Screen | null, shared: SharedScreens | null): void {
    const { device } = this
    const pauseMs = this.#dice.chance(0.7) ? 500 + this.#dice.wait(2_000) : this.#dice.wait(PAUSE_MS)
    this.#world.agenda.after(pauseMs, () => {
      if (this.#isHealed) return
      if (left <= 0 || !device.isOpen) return this.#putAway()
      const now = screen === null || this.#dice.chance(0.2) ? this.#lookAt(shared) : screen
      device.life.comes(() => void this.#edit(now, shared !== null))
      this.#editLater(left - 1, now, shared)
    })
  }

  #putAway(): void {
    const { device } = this
    device.look(false)
    device.life.comes(() => void this.#write({ type: 'seal', space: null }))
  }

  /** Those who sit together often have the same before them. */
  #lookAt(shared: SharedScreens | null): Screen {
    if (shared === null || this.#dice.chance(0.3)) return this.#look()
    const { appVersion } = this.device
    const screen = shared.get(appVersion) ?? this.#look()
    shared.set(appVersion, screen)
    return screen
  }

  #look(): Screen {
    const { device } = this
    const space = this.#dice.pick(this.#world.spacesOf(device.plan.account))
    return this.#world.app.look({ space, release: device.appVersion, query: this.#query })
  }

  async #edit({ space, act }: Screen, isShared: boolean): Promise<void> {
    const { name, steps } = act(this.#doing())
    if (steps.length === 0 || (isShared && !this.#hasAll(steps))) return
    const label = this.#dice.chance(0.2) ? { label: name } : {}
    // A form of which everybody has the same few: what is saved again under one id is the same intent.
    const form = this.#dice.chance(FORM_SHARE) ? { intent: `form ${this.#dice.below(FORMS)}` } : {}
    await this.save(space, steps, { ...label, ...form })
  }

  /** Of what another has on the screen some may not have come yet. */
  #hasAll(steps: readonly object[]): boolean {
    const touched = steps as readonly { readonly type: string; readonly collection: string; readonly record: string }[]
    return touched.every(
      ({ type, collection, record }) =>
        type === 'add' || this.device.disk.query(`SELECT 1 FROM "${collection}" WHERE id = ?`).get(record) !== undefined,
    )
  }

  #doing(): Doing {
    const { device } = this
    return {
      dice: this.#dice,
      word: () => `<${device.name}.${++this.#words}>`,
      newRecord: () => device.newRecord(),
      release: device.appVersion,
      query: this.#query,
    }
  }

  /** A disk may be replaced. */
  readonly #query: Doing['query'] = (sql) => this.device.disk.query(sql)

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

  /** Gives up something that waits, if it has not been offered yet. */
  async #withdraw(): Promise<void> {
    const { port } = this.device
    const answer = port === null ? null : await this.#unlessGone(port.read({ type: 'outbox' }))
    if (answer?.type !== 'outbox' || answer.items.length === 0) return
    const item = this.#dice.pick(answer.items)
    if (item.status === 'pending') await this.#mends(item, { type: 'discard', intent: item.intent })
  }

  async #amend(item: OutboxItem): Promise<void> {
    const { intent, records, refused } = item
    const [record] = records
    if (record === undefined) return
    const { collection, id } = record
    const steps = this.#world.app.correct(this.#doing(), { collection, record: id, field: refused?.field ?? null })
    await this.#mends(item, { type: 'amend', intent, steps } as never)
  }

  /** Amending and discarding give a change up, and with it what it stands on that was refused too. */
  async #mends(item: OutboxItem, batch: Mend): Promise<void> {
    const { device } = this
    const before = device.changesWhere("status = 'failed' OR intent = ?", item.intent)
    const answer = await this.#write(batch)
    if (answer?.ok === false) return
    const { counted, hub, truth } = this.#world
    const left = device.intents()
    // A process that was killed may have done it before it could say so: what it left tells, on its disk or in the mirror.
    const mirrored = answer === null && device.mirror !== null ? new Set(await device.mirrored()) : left
    const isLeft = (intent: Intent): boolean => left.has(intent) && mirrored.has(intent)
    // What else is not left may have been applied meanwhile. This one they gave up, also where the hub took it behind their back.
    const givenUp = before.filter(({ intent, space }) => !isLeft(intent) && (intent === item.intent || !hub.ledger.applied(space, intent)))
    const isDone = answer !== null || givenUp.some(({ intent }) => intent === item.intent)
    if (isDone && item.refused !== null) this.#counts(batch.type, item.records[0], item.refused)
    for (const { intent } of givenUp) truth.discarded.add(intent)
    if (batch.type !== 'discard') counted.sentTwice(givenUp.map(({ content }) => parseContent(content)))
  }

  #counts(type: Mending, record: OutboxItem['records'][number] | undefined, refused: NonNullable<OutboxItem['refused']>): void {
    const { app, coverage } = this.#world
    coverage.mends(type)
    const place = [record?.collection, refused.field].filter((part) => part !== undefined).join('.')
    // The hub faults by what is planted alone: what an app throws by itself has ended the simulation.
    const isPlanted = refused.message === app.planted || refused.code === 'hub.fault'
    coverage.refuses(isPlanted ? 'planted' : 'hub', refused.code, place)
  }

  async #write(batch: DistributiveOmit<Batch, 'operationId'>): Promise<Answer | null> {
    const { device } = this
    const { port, life } = device
    if (port === null || !life.isAlive) return null
    noteAsked(device, batch)
    // Whatever may make a change: so does a retry where what an edit stood on has changed.
    const isCounted = batch.type === 'write' || batch.type === 'amend' || batch.type === 'retry'
    if (isCounted) device.asked += 1
    if (batch.type === 'write') this.#world.counted.asks(batch)
    const sight = batch.type === 'write' ? sightOf(device, batch) : null
    const asked = { ...batch, operationId: device.plan.mirrored ? `${device.name}/${++this.#batches}` : '' }
    const answer = await this.#unlessGone(port.write(asked))
    if (isCounted && answer?.ok === false) device.asked -= 1
    if (answer === null || !life.isAlive) return null
    if (batch.type === 'write' && sight !== null && answer.ok && answer.intent !== null)
      this.#witness.wrote(answer.intent, sight, batch.intent !== undefined)
    if (batch.type === 'write' && answer.ok && answer.intent !== null) this.#world.counted.confirms(answer.intent, batch)
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
    const { life } = this.device
    try {
      return await this.questions.told(answer)
    } catch (error) {
      if (!life.isAlive || error instanceof Killed || isOfStorage(error)) return null
      throw error
    }
  }
}

type Mend = DistributiveOmit<Extract<Batch, { type: Mending }>, 'operationId'>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

const resolve = (field: string, value: Json, conflict: string): object => ({ type: 'resolve', field, value, conflict })

/** Also where it came from another tab, as a copy that keeps name and code. */
const isOfStorage = (error: unknown): boolean => error instanceof Error && error.name === 'StorageError'
