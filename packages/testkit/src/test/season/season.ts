/**
 * A season in the field: devices on disk, a hub on disk, people who write, and things that go wrong. Time is virtual, chance is a seed.
 *
 * Devices and hub are the shipped code on real SQLite files. A crash is a copy of the files as they stand, opened anew; nothing is closed
 * properly. A device that is put back to an earlier copy has lost what it wrote since: that is the only work a season may lose.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { collection, counter, oneOf, schema, type SchemaDefinition, set, type SpaceId, string, text } from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { nodeStorage } from '../../../../client/src/storage/node.ts'
import type { Storage } from '../../../../client/src/storage/port.ts'
import type { Exchange } from '../../../../client/src/sync/transport.ts'
import { type Device, HubWorld } from '../hub-world.ts'
import { type Dice, diceOf } from './dice.ts'
import { Person } from './person.ts'

const FIELDS = {
  title: string(),
  body: text(),
  tags: set(string()),
  visits: counter(),
  quality: oneOf('poor', 'good', 'fair').review().optional(),
}
const app: SchemaDefinition = schema({ version: 1, collections: { notes: collection(FIELDS, { onDelete: 'edit-wins' }) } })

/** What may go wrong in a season; about half of it is off in each. */
export const FAULTS = [
  'request lost',
  'answer lost',
  'answered by another',
  'asked twice',
  'hub crashes',
  'hub put back',
  'device crashes',
  'device copied',
  'device put back',
] as const
export type Fault = (typeof FAULTS)[number]

const PASSING_MS = [10, 500, 3_000, 60_000, 3_600_000, 12 * 3_600_000]
const DEVICES_MAX = 5
const SYNC_MS = 60_000

interface Member {
  readonly person: Person
  device: Device
  file: string
  readonly underWay: Set<Promise<unknown>>
}

export class Season {
  readonly dice: Dice
  readonly members: Member[] = []
  /** What happened, for whoever reads a season that failed. */
  readonly told: string[] = []
  /** Intents that a device had, and has no more: it was put back. */
  readonly forgotten: Set<string> = new Set()
  /** How often each thing went wrong. */
  readonly met: Map<Fault, number> = new Map()
  readonly #directory = mkdtempSync(join(tmpdir(), 'tombolo-season-'))
  readonly #storage: Storage = nodeStorage({ directory: this.#directory })
  readonly #world = new HubWorld(app)
  readonly #possible: ReadonlySet<Fault>
  readonly #copies: string[] = []
  readonly #earlier: { readonly member: Member; readonly file: string }[] = []
  #files = 0
  #words = 0
  #hub = 'hub-0'
  #isHealed = false
  #space: SpaceId | null = null

  constructor(seed: number) {
    this.dice = diceOf(seed)
    this.#possible = new Set(FAULTS.filter(() => this.dice.chance(0.5)))
  }

  get space(): SpaceId {
    return (this.#space ??= this.#first.device.newSpace())
  }

  async begin(): Promise<void> {
    await this.#world.open(this.#path(this.#hub))
    for (const name of ['ana', 'ben', 'eva']) await this.#join(name, this.#newFile(name))
  }

  async step(): Promise<void> {
    const member = this.dice.pick(this.members)
    const at = this.dice.roll()
    if (at < 0.5) return member.person.act(member.device, this.space)
    if (at < 0.72) return this.#startSync(member)
    if (at < 0.84) return await this.#world.time.pass(this.dice.pick(PASSING_MS))
    if (at < 0.86) return await this.#copyHub()
    return await this.#goWrong(this.dice.pick(FAULTS), member)
  }

  /** Nothing goes wrong any more; what was refused is tried again; everyone meets the hub until nothing is left to do. */
  async heal(): Promise<void> {
    this.#isHealed = true
    for (const member of this.members) await this.#settled(member)
    for (let round = 0; round < 3; round += 1) {
      for (const { device } of [...this.members, ...this.members, ...this.members]) await device.sync()
      for (const { device } of this.members) this.#retryAll(device)
    }
    for (const { device } of [...this.members, ...this.members]) await device.sync()
    await this.#world.hub.close()
  }

  /** The intents that the hub has applied, read from its file beside it. */
  async applied(): Promise<ReadonlySet<string>> {
    const database = await this.#storage.open(this.#hub)
    try {
      const rows = database.prepare('SELECT intent FROM verdict WHERE code IS NULL').all()
      return new Set(rows.map(({ intent }) => String(intent)))
    } finally {
      database.close()
    }
  }

  end(): void {
    for (const { device } of this.members) device.store.state.database.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  // ── what goes wrong ────────────────────────────────────────────────────────────────────────────────────────────────────

  async #goWrong(fault: Fault, member: Member): Promise<void> {
    if (!this.#possible.has(fault)) return
    switch (fault) {
      case 'hub crashes':
        return await this.#openHub(fault, this.#hub)
      case 'hub put back':
        return this.#copies.length === 0 ? undefined : await this.#openHub(fault, this.dice.pick(this.#copies))
      case 'device crashes':
        return await this.#reopen(fault, member, member.file)
      case 'device copied':
        return this.members.length < DEVICES_MAX ? await this.#copyDevice(fault, member) : undefined
      case 'device put back':
        return await this.#putBack(fault, member)
      default:
        // On the way to the hub: see `#exchange`.
        return undefined
    }
  }

  async #openHub(fault: Fault, from: string): Promise<void> {
    for (const member of this.members) await this.#settled(member)
    this.#happens(fault, from)
    this.#hub = this.#copied(from, 'hub')
    await this.#world.open(this.#path(this.#hub))
  }

  async #copyHub(): Promise<void> {
    for (const member of this.members) await this.#settled(member)
    await this.#world.hub.close()
    this.#copies.push(this.#copied(this.#hub, 'backup'))
    this.told.push(`the hub is copied as ${this.#copies.at(-1)}`)
    await this.#world.open(this.#path(this.#hub))
  }

  /** What is still typed on when it is copied would go on twice, in two versions: people copy devices that lie still. */
  async #stillFile(member: Member): Promise<string> {
    await this.#settled(member)
    member.device.store.seal(null)
    return member.file
  }

  async #copyDevice(fault: Fault, member: Member): Promise<void> {
    const file = this.#copied(await this.#stillFile(member), member.person.name)
    this.#happens(fault, member.person.name)
    await this.#join(`${member.person.name}’s copy`, file)
  }

  async #putBack(fault: Fault, member: Member): Promise<void> {
    const earlier = this.#earlier.find((each) => each.member === member)
    if (earlier === undefined) {
      const file = this.#copied(await this.#stillFile(member), 'earlier')
      this.#earlier.push({ member, file })
      return
    }
    for (const { intent } of member.device.store.state.changes.live) this.forgotten.add(intent)
    await this.#reopen(fault, member, earlier.file)
  }

  async #reopen(fault: Fault, member: Member, from: string): Promise<void> {
    await this.#settled(member)
    this.#happens(fault, member.person.name)
    const file = this.#copied(from, member.person.name)
    await member.device.runner.stop()
    member.device.store.state.database.close()
    member.file = file
    member.device = await this.#open(file)
  }

  // ── devices ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #first(): Member {
    const [first] = this.members
    if (first === undefined) throw new Error('the season has not begun')
    return first
  }

  async #join(name: string, file: string): Promise<void> {
    const person = new Person(name, this.dice, this.told, () => `<${(this.#words += 1)}>`)
    this.members.push({ person, device: await this.#open(file), file, underWay: new Set() })
  }

  async #open(file: string): Promise<Device> {
    const device = await this.#world.device(await this.#storage.open(file))
    device.store.useText(yjsEditor(() => Math.floor(this.dice.roll() * 2 ** 32)))
    device.line.through = (exchange) => this.#exchange(exchange)
    return device
  }

  async #exchange(exchange: () => Promise<Exchange>): Promise<Exchange> {
    const meets = (fault: Fault): boolean => !this.#isHealed && this.#possible.has(fault) && this.dice.chance(0.2) && this.#happens(fault)
    if (meets('request lost')) return { type: 'network' }
    if (meets('answered by another')) return { type: 'not-the-hub' }
    const answer = await exchange()
    if (meets('asked twice')) return await exchange()
    return meets('answer lost') ? { type: 'timeout' } : answer
  }

  #startSync({ device, underWay }: Member): void {
    const round = device.runner.syncOnce({ deadline: this.#world.time.nowMs + SYNC_MS })
    underWay.add(round)
    void round.finally(() => underWay.delete(round))
  }

  async #settled({ underWay }: Member): Promise<void> {
    while (underWay.size > 0) await this.#world.time.result(Promise.race(underWay))
  }

  #retryAll({ store }: Device): void {
    for (const { seq } of [...store.state.changes.live].filter(({ status }) => status === 'failed')) store.retry(seq)
  }

  // ── files ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #happens(fault: Fault, where = 'on the way'): true {
    this.met.set(fault, (this.met.get(fault) ?? 0) + 1)
    this.told.push(`${fault} (${where})`)
    return true
  }

  #newFile(name: string): string {
    return `${name.replaceAll(/\W+/g, '-')}-${(this.#files += 1)}`
  }

  #path(file: string): string {
    return join(this.#directory, `${file}.db`)
  }

  /** As it stands on disk, also in the middle of something. */
  #copied(from: string, name: string): string {
    const to = this.#newFile(name)
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(this.#path(from) + suffix)) copyFileSync(this.#path(from) + suffix, this.#path(to) + suffix)
    return to
  }
}
