/**
 * What a device is made of: a disk, a clock, a line to the hub, and a browser whose tabs run the shipped store on them.
 */
import type { Intent, SchemaDefinition, SpaceId } from '@tombolo/core'
import type { EnginePort, WriteBatch } from '@tombolo/client'
import { type EngineSetup, openEngine, type OpenedEngine, Relay, type Storage, StorageError } from '@tombolo/client/testing'
import { Browser, type BrowserOwner, type OpenTab } from '../simulator/device/browser.ts'
import { DeviceClock } from '../simulator/device/clock.ts'
import { Disk } from '../simulator/device/disk.ts'
import type { Life } from '../simulator/device/life.ts'
import { sha256 } from '../simulator/hash.ts'
import type { HubSite } from '../simulator/hub/site.ts'
import { type Dice, diceOf } from '../simulator/random.ts'
import { Link } from './link.ts'
import { Room } from './room.ts'
import type { Saves } from './saves.ts'
import type { FieldTime } from './time.ts'

/** What all machines of a field share. */
export interface Ground {
  readonly seed: number
  readonly time: FieldTime
  readonly site: HubSite
  readonly saves: Saves
}

/** A space as the device has it. */
interface HeldSpace {
  readonly id: SpaceId
  readonly version: number
}

export class Machine implements BrowserOwner {
  readonly name: string
  readonly account: string
  readonly world: BrowserOwner['world']
  readonly clock: DeviceClock
  readonly link: Link
  readonly dice: Dice
  readonly #ground: Ground
  #disk: Disk
  #room: Room = new Room()
  readonly #browser: Browser
  #schema: SchemaDefinition
  #hints = new Relay()
  /** The process that has the store open. */
  #leader: Life | null = null

  /** `image`: what is on its disk already. */
  static async make(ground: Ground, name: string, account: string, schema: SchemaDefinition, image: Uint8Array | null): Promise<Machine> {
    return new Machine(ground, name, account, schema, await newDisk(ground, name, image))
  }

  private constructor(ground: Ground, name: string, account: string, schema: SchemaDefinition, disk: Disk) {
    const { seed, time, site } = ground
    this.name = name
    this.account = account
    this.#schema = schema
    this.#ground = ground
    this.#disk = disk
    this.world = { agenda: time.agenda, reported: (_, error) => time.fails(error) }
    this.dice = diceOf(seed, `device ${name}`)
    this.clock = new DeviceClock(time.nowMs)
    this.link = new Link(time.agenda, site, account)
    this.#browser = new Browser(this, (life, onBroken) => time.during(this.#openEngine(life, onBroken)))
  }

  get isOpen(): boolean {
    return this.#browser.tabs.length > 0
  }

  get schema(): SchemaDefinition {
    return this.#schema
  }

  nowMs(): number {
    return this.clock.at(this.#ground.time.nowMs)
  }

  // ── its processes ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A tab that a person looks at, and the port for its store. */
  openTab(schema: SchemaDefinition = this.#schema): { readonly tab: OpenTab; readonly port: EnginePort } {
    this.#schema = schema
    const tab = this.#browser.open(schema)
    tab.tab.look(true)
    return { tab, port: this.#portOf(tab) }
  }

  /** The process of a tab is gone, without a word. */
  crash({ life }: OpenTab): void {
    this.#browser.crash(life)
    if (this.#leader !== life) return
    this.#leader = null
    this.link.cutSockets()
  }

  die(): void {
    for (const tab of this.#browser.tabs) this.crash(tab)
  }

  /** Everything that was only on its disk is gone. */
  async wipe(): Promise<void> {
    this.die()
    this.#disk.dispose()
    this.#disk = await newDisk(this.#ground, this.name, null)
    this.#room = new Room()
  }

  /** Whether a person looks at it. */
  look(isVisible: boolean): void {
    for (const { life, tab } of this.#browser.tabs) life.comes(() => tab.look(isVisible))
  }

  dispose(): void {
    this.die()
    this.#disk.dispose()
  }

  leaderSeen(isVisible: boolean): void {
    this.#tell({ type: isVisible ? 'visible' : 'hidden' })
  }

  /** The line becomes this good; null: the signal is gone. The platform hints at both. */
  turn(quality: Link['quality']): void {
    this.link.quality = quality
    if (quality === null) this.link.cutSockets()
    this.#tell({ type: quality === null ? 'offline' : 'online' })
  }

  // ── what is on its disk ────────────────────────────────────────────────────────────────────────────────────────────────

  get isFull(): boolean {
    return this.#room.isFull
  }

  set isFull(isFull: boolean) {
    this.#room.isFull = isFull
  }

  image(): Uint8Array {
    return this.#disk.image()
  }

  /** Its own changes that are on the disk, in this state. */
  count(status: 'waiting' | 'failed'): number {
    const which = status === 'waiting' ? "'unsealed', 'queued'" : "'failed'"
    return Number(this.#disk.query(`SELECT COUNT(*) FROM _change WHERE status IN (${which})`).values()[0]?.[0] ?? 0)
  }

  intents(): readonly Intent[] {
    return this.#disk
      .query('SELECT intent FROM _change')
      .values()
      .map(([intent]) => intent as Intent)
  }

  spaces(): readonly HeldSpace[] {
    return this.#disk
      .query('SELECT id, version FROM _space')
      .values()
      .map(([id, version]) => ({ id: id as SpaceId, version: Number(version) }))
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #portOf({ life, tab }: OpenTab): EnginePort {
    const { relay } = tab
    const answered = <T>(ask: () => Promise<T>): Promise<T> => {
      if (!life.isAlive) return Promise.reject(new Error(`${this.name}: the process of this store is gone; open another with reopen()`))
      const never = (): string => `${this.name}: the store did not answer within an hour`
      return this.#ground.time.result(ask(), ANSWER_LIMIT_MS, never)
    }
    return {
      open: () => answered(() => relay.open()),
      read: (request) => answered(() => relay.read(request)),
      write: (batch) => answered(() => this.#write(relay, batch)),
      watch: (request, notify) => relay.watch(request, notify),
      status: (notify) => relay.status(notify),
      close: async () => {
        if (!life.isAlive) return
        await relay.close()
        await answered(() => tab.leave())
        this.#browser.crash(life)
      },
    }
  }

  async #write(relay: EnginePort, batch: WriteBatch): ReturnType<EnginePort['write']> {
    const gone = batch.type === 'discard' || batch.type === 'amend' ? this.#change(batch.intent) : null
    const answer = await relay.write(batch)
    if (!answer.ok) return answer
    const { saves } = this.#ground
    if (gone !== null) saves.givenUp(gone.intent)
    const space = batch.type === 'write' ? batch.space : gone?.space
    if ((batch.type === 'write' || batch.type === 'amend') && answer.intent !== null && space !== undefined)
      saves.confirmed({ intent: answer.intent, space, device: this.name, atMs: this.#ground.time.nowMs, what: whatOf(batch) })
    return answer
  }

  #change(intent: Intent): { readonly intent: Intent; readonly space: SpaceId } | null {
    const [space] = this.#disk.query('SELECT space FROM _change WHERE intent = ?').values(intent)[0] ?? []
    return space === undefined ? null : { intent, space: space as SpaceId }
  }

  async #openEngine(life: Life, onBroken: () => void): Promise<OpenedEngine['port']> {
    this.#leader = life
    // What listened before is dead, or does not lead any more.
    this.#hints = new Relay()
    this.#hints.tell({ type: this.link.quality === null ? 'offline' : 'online' })
    this.#hints.tell({ type: 'visible' })
    const { port, sync } = await openEngine({ ...this.#setup(life), onBroken })
    // Its code is loaded in real time, so before any time passes.
    await sync?.loaded()
    return port
  }

  /** A hint for the process that has the store open. */
  #tell(hint: Parameters<Relay['tell']>[0]): void {
    this.#leader?.comes(() => this.#hints.tell(hint))
  }

  #setup(life: Life): EngineSetup {
    return {
      name: 'store',
      schema: this.#schema,
      storage: storageOn(this.#disk, this.#room, life),
      mirror: null,
      transport: async () => this.link.transport(life),
      connectivity: this.#hints,
      hash: sha256,
      random: this.dice.bytes,
      nowMs: () => this.nowMs(),
      setTimer: life.setTimer,
      requestFrame: (run) => void life.setTimer(run, FRAME_MS),
      onError: (error) => life.isAlive && this.#ground.time.fails(error),
    }
  }
}

function newDisk({ time }: Ground, name: string, image: Uint8Array | null): Promise<Disk> {
  const intruded = (): void => time.fails(new Error(`${name}: a process wrote that does not hold the disk`))
  return time.during(Disk.open(image, 'disk', { killed: nothing, refused: nothing, intruded }))
}

/** The disk has one database. Nothing here damages it, so none is ever set aside. */
function storageOn(disk: Disk, room: Room, life: Life): Storage {
  const open = async (): ReturnType<Storage['open']> => room.on(disk.connect(life))
  return { open, renew: refuse, remove: refuse, openAside: refuse, readAside: refuse, removeAside: refuse }
}

async function refuse(): Promise<never> {
  throw new StorageError('storage.unavailable', new Error('the disk of a virtual device has one database'))
}

const whatOf = (batch: Extract<WriteBatch, { type: 'write' | 'amend' }>): string =>
  batch.steps.map(({ type, collection }) => `${type} ${collection}`).join(', ')

const nothing = (): void => undefined
const FRAME_MS = 16
const ANSWER_LIMIT_MS = 3_600_000
