/**
 * Runs a history: several devices and a hub write, lose, repeat, refuse, fork, break and come back, all on one record. Nothing here
 * decides how writes merge; that is the kernel, on every device and on the hub.
 */
import { createHash } from 'node:crypto'
import type { Json } from '../../canonical.ts'
import type { FieldOperation, Life } from '../../change.ts'
import type { Hash } from '../../hash.ts'
import type { ContentHash, Intent, Name, RecordId } from '../../ids.ts'
import { conflictIdOf } from '../../merge/conflict.ts'
import { overOf, OwnWrites } from '../../merge/over.ts'
import type { RecordState } from '../../merge/record.ts'
import { show } from '../../merge/rules.ts'
import { documentOf, ORIGIN_ENTRY } from '../../merge/text.ts'
import { type Arrival, nameOf } from '../arrivals.ts'
import type { Command, Fate, History } from './command.ts'
import { type Answer, Device, type PullRequest, type PushRequest } from './device.ts'
import { Hub, type SealedChange } from './hub.ts'
import { ELEMENTS, LIFE, placesOf, registerAt, type RegisterField, RULES, shownOf, TAGS, textAt, VISITS } from './place.ts'
import { Truth } from './truth.ts'

/** Each rule of merging that a tester may leave out, to see that some history breaks. */
export interface Rules {
  /** `over` names own open and failed writes, and what they were over [A5]. */
  readonly own: boolean
  /** How many of the names that it was over an entry hands on, unless it is durable. */
  readonly handedOn: number
  /** A device takes `durableThrough` for its store's only where it speaks of the same epoch. */
  readonly epochOfDurable: boolean
  readonly awaits: boolean
  /** Which backup `durableThrough` counts [P6]: the oldest that may be restored, which is 0 while it is of another epoch. */
  readonly durable: 'oldest' | 'oldest of any epoch' | 'newest'
  /** The name of a write has a piece of its content. */
  readonly contentInName: boolean
  /** A page tells how far the hub has the chain of the asking replica [Q2]. */
  readonly sentThrough: boolean
  /** What becomes of writes that are to be refused: so often as they say, every time, or they are never made. */
  readonly refusals: 'as told' | 'always' | 'never made'
}

export const DESIGN: Rules = {
  own: true,
  handedOn: Infinity,
  epochOfDurable: true,
  awaits: true,
  durable: 'oldest',
  contentInName: true,
  sentThrough: true,
  refusals: 'as told',
}

export const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest()

/** What an edit of a text put in and took out, for those who count characters. */
export interface TextTruth {
  readonly of: Name
  readonly inserted: string
  readonly removed: string
}

type Message = PushRequest | PullRequest | Answer
type WriteCommand = Extract<Command, { type: 'write' }>

export class World {
  readonly history: History
  readonly rules: Rules
  readonly truth = new Truth()
  readonly texts = new Map<Name, TextTruth>()
  readonly discarded = new Set<Name>()
  readonly devices: Device[] = []
  /** Names of refused and discarded writes, for what is counted of a history. */
  readonly refused = new Set<Name>()
  readonly timeline: string[] = []
  hub: Hub
  forks = 0
  restores = 0
  duplicates = 0
  #backups: Hub[] = []
  #late: Message[] = []
  #nowMs = 1_000_000
  #epochs = 1
  #count = 0
  #clientIds = 0

  constructor(history: History, rules: Rules = DESIGN) {
    this.history = history
    this.rules = rules
    this.hub = new Hub(rules)
    for (let index = 0; index < history.devices; index++) this.devices.push(this.#newDevice(`r${index}`))
  }

  /** Called after each command, for properties that must hold at any moment. */
  run(afterEach: (world: World) => void = () => {}): this {
    for (const command of this.history.commands) {
      this.#nowMs += 3
      this.#step(command)
      afterEach(this)
    }
    return this
  }

  /** All is well again: everything late arrives, and everyone talks until nothing moves. */
  heal(): this {
    for (const device of this.#present()) device.offsetMs = 0
    for (let round = 0; round < 5; round++) {
      for (const device of this.#present()) {
        this.#nowMs += 3
        for (const message of [device.push(), device.pull(), device.push(), device.pull()])
          if (message !== null) this.#send(message, 'arrives')
      }
      if (round === 1) while (this.#late.length > 0) this.#deliver(this.#late.shift())
    }
    return this
  }

  get present(): readonly Device[] {
    return this.#present()
  }

  /** One exchange that nothing disturbs. */
  exchange(device: Device, type: 'push' | 'pull'): void {
    const message = type === 'push' ? device.push() : device.pull()
    if (message !== null) this.#send(message, 'arrives')
  }

  // ---- steps ----

  #step(command: Command): void {
    switch (command.type) {
      case 'write':
        return this.#write(this.#device(command.device), command)
      case 'push':
      case 'pull': {
        const device = this.#device(command.device)
        const message = command.type === 'push' ? device.push() : device.pull()
        return message === null ? undefined : this.#send(message, command.fate)
      }
      case 'late':
        return this.#deliver(this.#late.splice(command.index % Math.max(1, this.#late.length), 1)[0])
      case 'retry':
        return this.#device(command.device).retry(command.index)
      case 'discard': {
        const change = this.#device(command.device).discard(command.index)
        if (change !== undefined) this.discarded.add(change.name)
        return
      }
      case 'clone':
        return this.#clone(this.#device(command.device))
      case 'destroy':
        if (this.#present().length > 1) this.#device(command.device).isGone = true
        return
      case 'backup':
        this.#backups = [...this.#backups, this.hub.copy()].slice(-2)
        return this.#measureDurable()
      case 'restore':
        return this.#restore(command.index)
      case 'clock':
        this.#device(command.device).offsetMs = command.offsetMs
        return
      case 'wait':
        this.#nowMs += command.ms
    }
  }

  #present(): Device[] {
    return this.devices.filter((device) => !device.isGone)
  }

  #device(index: number): Device {
    const present = this.#present()
    return present[index % present.length] as Device
  }

  #newDevice(replica: string): Device {
    return new Device(`d${this.devices.length}`, replica, () => 1000 + ++this.#clientIds)
  }

  #clone(device: Device): void {
    if (this.devices.length >= 5) return
    this.forks += 1
    this.devices.push(device.clone(`d${this.devices.length}`))
    this.timeline.push(`${device.id} is cloned`)
  }

  #restore(index: number): void {
    const backup = this.#backups[index % Math.max(1, this.#backups.length)]
    if (backup === undefined) return
    this.hub = backup.copy()
    this.hub.epoch = ++this.#epochs
    this.restores += 1
    this.timeline.push(`hub is restored to version ${this.hub.head}, epoch ${this.hub.epoch}`)
    this.#measureDurable()
  }

  /** The head in the oldest backup that may still be restored; 0 while that is of another epoch [P6]. */
  #measureDurable(): void {
    const { durable } = this.rules
    const counted = this.#backups.at(durable === 'newest' ? -1 : 0)
    const isOfThisEpoch = counted?.epoch === this.hub.epoch || durable === 'oldest of any epoch'
    this.hub.durableThrough = counted !== undefined && isOfThisEpoch ? counted.head : 0
  }

  // ---- writing ----

  #write(device: Device, command: WriteCommand): void {
    const index = ++this.#count
    if (command.refusals > 0 && this.rules.refusals === 'never made') return
    const form = command.form === null ? null : device.replica + command.form
    if (form !== null && device.forms.has(form)) return
    if (form !== null) device.forms = new Set([...device.forms, form])
    const content = scrambled(index)
    const intent = form ?? content
    const name = nameOf(form !== null && this.rules.contentInName ? `${form}.${content}` : intent)
    const view = device.view()
    const field = this.#field(command.field)
    const fields = new Set([field, command.also === null ? LIFE : this.#field(command.also)].filter((other) => other !== LIFE))
    const operations = [...fields].flatMap((other) => this.#operations(device, view, other, command, name))
    const isDelete = field === LIFE && command.value % 3 > 0
    if (operations.length === 0 && field !== LIFE) return
    this.#save(device, { command, name, intent, content, operations, life: isDelete ? 'deleted' : 'alive' })
  }

  #save(
    device: Device,
    {
      command,
      name,
      intent,
      content,
      operations,
      life,
    }: {
      readonly command: WriteCommand
      readonly name: Name
      readonly intent: string
      readonly content: string
      readonly operations: readonly FieldOperation[]
      readonly life: Life
    },
  ): void {
    const lifeOver = this.#over(device, device.view(), LIFE)
    const change: SealedChange = {
      name,
      intent: intent as Intent,
      content: content as ContentHash,
      good: this.#acceptedFrom(command),
      stamp: device.stamp(this.#nowMs),
      by: device.replica,
      unverified: !device.hasHeard,
      operations: { collection: 'notes', record: 'r' as RecordId, life, lifeOver, fields: operations },
    }
    const visible = [...device.confirmed.log, ...device.own.map((own) => arrivalOf(own.change))]
    for (const place of placesOf(arrivalOf(change))) this.truth.remember(arrivalOf(change), place, visible)
    device.save(change)
    this.timeline.push(`${device.id} writes ${name}${command.refusals > 0 ? ' (to be refused)' : ''}: ${describe(change)}`)
  }

  #field(index: number): string {
    return this.history.fields[index % this.history.fields.length] as string
  }

  /** The attempt at which the hub accepts it. */
  #acceptedFrom({ refusals }: WriteCommand): number {
    return refusals > 0 && this.rules.refusals === 'always' ? Infinity : refusals
  }

  #over(device: Device, view: RecordState, place: string): readonly Name[] {
    const register = registerAt(view, place)
    const entries = register?.entries.map((entry) => ({ ...entry, over: entry.over.slice(0, this.rules.handedOn) })) ?? []
    const own = this.rules.own ? device.ownWrites(place) : []
    const isComparable = device.durable.epoch === device.confirmed.epoch || !this.rules.epochOfDurable
    return overOf(register && { ...register, entries }, new OwnWrites(own), isComparable ? device.durable.version : 0)
  }

  #operations(device: Device, view: RecordState, field: string, command: WriteCommand, name: Name): readonly FieldOperation[] {
    const { value } = command
    if (field === VISITS) return [{ kind: 'increment', field, by: value + 1 }]
    if (field === TAGS) {
      const element = ELEMENTS[value % ELEMENTS.length] as string
      const over = this.#over(device, view, `${TAGS} "${element}"`)
      return [{ kind: value > 2 ? 'removeFrom' : 'addTo', field, element, over }]
    }
    if (field === 'body' && value > 0) return this.#edit(device, view, command, name)
    return [this.#set(device, view, field as RegisterField, command)]
  }

  #set(device: Device, view: RecordState, field: RegisterField, { value, resolves }: WriteCommand): FieldOperation {
    const over = this.#over(device, view, field)
    const register = registerAt(view, field)
    const shown = register && show(RULES[field], register)
    const json: Json = field === 'place' ? { lat: value, lon: value } : field === 'body' ? `(${value})` : value
    if (!resolves || shown?.conflicted !== true) return { kind: 'set', field, value: json, over }
    return { kind: 'set', field, value: json, over, resolves: conflictIdOf(sha256, shown.contenders) }
  }

  /** Each edit inserts one character that no other has, and may take away what it stands on. */
  #edit(device: Device, view: RecordState, { value }: WriteCommand, name: Name): readonly FieldOperation[] {
    const register = registerAt(view, 'body')
    const entry = (register && show(RULES.body, register).entry) ?? ORIGIN_ENTRY
    const text = textAt(entry)
    const at = (value * 7 + text.length) % (text.length + 1)
    const remove = Math.min(value > 4 ? 2 : 0, text.length - at)
    const inserted = String.fromCodePoint(0x4e00 + this.#count)
    const update = device.editor.edit(documentOf(entry, device.editor), { at, remove, insert: inserted })
    this.texts.set(name, { of: entry.name, inserted, removed: text.slice(at, at + remove) })
    return [{ kind: 'edit', field: 'body', of: entry.name, update }]
  }

  // ---- messages ----

  #send(message: PushRequest | PullRequest, fate: Fate): void {
    if (fate === 'request lost') return
    if (fate === 'request late') return void this.#late.push(message)
    const answer = this.#answer(message)
    if (fate === 'answer late') return void this.#late.push(answer)
    if (fate === 'twice') this.#late.push(message, answer)
    if (fate !== 'answer lost') answer.to.receive(answer)
  }

  #deliver(message: Message | undefined): void {
    if (message === undefined) return
    const answer = message.type === 'answer' ? message : this.#answer(message)
    if (!answer.to.isGone) answer.to.receive(answer)
  }

  #answer(request: PushRequest | PullRequest): Answer {
    const { epoch, durableThrough } = this.hub
    const nothing: Answer = { type: 'answer', to: request.from, epoch, durableThrough, verdicts: [], page: null }
    if (request.epoch !== epoch) return nothing
    if (request.type === 'push') return { ...nothing, verdicts: request.offers.map((offer) => this.#judge(offer)) }
    const { head: version, record, log } = this.hub
    const verdicts = request.waiting.flatMap((intent) => this.hub.verdictOf(intent) ?? [])
    const sentThrough = this.rules.sentThrough ? this.hub.sentThrough(request.from.replica) : 0
    const page = { cursor: request.cursor, asked: request.waiting, sentThrough, confirmed: { epoch, version, record, log } }
    return { ...nothing, verdicts, page }
  }

  #judge(offer: PushRequest['offers'][number]): ReturnType<Hub['judge']> {
    const isRepeat = this.hub.verdictOf(offer.change.intent)?.type === 'applied'
    if (isRepeat) this.duplicates += 1
    const verdict = this.hub.judge(offer, this.#nowMs)
    if (verdict.type === 'rejected') this.refused.add(offer.change.name)
    if (!isRepeat)
      this.timeline.push(`hub: ${offer.change.name} ${verdict.type === 'applied' ? `applied ${verdict.version}` : verdict.code}`)
    return verdict
  }

  /** For a person who reads a failing history. */
  story(): string {
    const shown = JSON.stringify(shownOf(this.hub.record, this.history.onDelete))
    return [...this.timeline, `hub shows ${shown}`].join('\n')
  }
}

/** Names in no order of time: a tie must not be broken by who came first. */
const scrambled = (index: number): string => (Math.imul(index, 0x9e3779b1) >>> 0).toString(36)

export const arrivalOf = ({ name, stamp, by, unverified, operations }: SealedChange): Arrival => ({
  name,
  stamp,
  hubStamp: stamp,
  by,
  unverified,
  operations,
})

function describe({ operations: { life, lifeOver, fields } }: SealedChange): string {
  const parts = fields.map((operation) => {
    const value =
      operation.kind === 'increment'
        ? operation.by
        : operation.kind === 'edit'
          ? operation.of
          : 'value' in operation
            ? operation.value
            : operation.element
    return `${operation.kind} ${operation.field} ${JSON.stringify(value)}${'over' in operation ? ` over [${operation.over.join()}]` : ''}`
  })
  return [...parts, `${life} over [${lifeOver.join()}]`].join(' · ')
}
