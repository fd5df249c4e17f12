/**
 * A device: a disk, a clock, a line to the hub, and the shipped store on top of them, as long as its process lives.
 */
import { type Intent, mintRecordId, mintSpaceId, type RecordId, type SpaceId } from '@tombolo/core'
import { memoryMirror, openEngine, type OpenedEngine, type OutboxMirror, Relay, StorageError } from '@tombolo/client/testing'
import type { Release } from '../app.ts'
import { Line } from '../network/line.ts'
import { PROFILES } from '../network/profiles.ts'
import { type Listener, NOBODY } from '../network/way.ts'
import { Weather } from '../network/weather.ts'
import { Wifi } from '../network/wifi.ts'
import type { DevicePlan } from '../plan.ts'
import type { Dice } from '../random.ts'
import type { Surroundings } from '../surroundings.ts'
import { Browser } from './browser.ts'
import { DeviceClock } from './clock.ts'
import { type Disk, Killed } from './disk.ts'
import { Life } from './life.ts'
import { newDisk } from './new-disk.ts'
import type { OwnRow } from './own-row.ts'
import { setupOf } from './setup.ts'

export class Device {
  readonly plan: DevicePlan
  readonly world: Surroundings
  readonly clock: DeviceClock
  readonly line: Line
  readonly wifi: Wifi
  readonly dice: Dice
  readonly mirror: OutboxMirror | null
  appVersion: Release
  /** Saves that were confirmed to the person. */
  saves = 0
  /** Called for each of them. */
  onSave: () => void = () => undefined
  /** Called with answers of the hub, but for problems and for those over a live socket. */
  onAnswer: () => void = () => undefined
  /** How often it was asked for a change, but for those that it refused. */
  asked = 0
  /** What was on its disk when it came, while no process had it open. */
  came: { readonly asked: number; readonly intents: ReadonlySet<Intent> }
  /** Who listens to its exchanges. */
  listener: Listener = NOBODY
  /** How often its disk refused something. */
  refusals = 0
  /** How often it was told something of its network, of its conditions, or of who looks, after which it may not wait any longer. */
  hints = 0
  /** The sign-in: it ends with the token, until the person signs in again. */
  token: string
  life: Life
  opened: OpenedEngine | null = null
  /** Until when its person could not be told anything. */
  stillUntilMs = 0
  /** Copies of the disk, as somebody's backups of a device are. */
  oldCopy: { readonly image: Uint8Array; readonly intents: ReadonlySet<Intent> } | null = null
  #hints = new Relay()
  #isLookedAt = false
  /** The process that has the store open. */
  #leader: Life | null = null
  readonly #browser: Browser
  #disk: Disk

  static async make(world: Surroundings, plan: DevicePlan, image: Uint8Array | null): Promise<Device> {
    const disk = await newDisk(world, plan, image)
    const device = new Device(world, plan, disk.disk)
    disk.belongsTo(device)
    return device
  }

  private constructor(world: Surroundings, plan: DevicePlan, disk: Disk) {
    this.world = world
    this.plan = plan
    this.appVersion = plan.appVersion
    this.token = world.issue(plan.account)
    this.clock = new DeviceClock(world.agenda.nowMs)
    this.dice = world.dice(`device ${plan.name}`)
    this.mirror = plan.mirrored ? memoryMirror() : null
    this.life = new Life(world.agenda)
    this.life.end()
    this.#disk = disk
    this.came = { asked: 0, intents: this.intents() }
    const weather = new Weather(PROFILES[plan.profile], world.agenda, world.dice(`weather ${plan.name}`))
    this.line = new Line(
      world,
      {
        name: plan.name,
        token: () => this.token,
        saves: () => this.saves,
        isSocketless: plan.isSocketless,
        listener: () => this.listener,
      },
      weather,
    )
    weather.onTurn = (isUp) => this.#turned(isUp)
    this.wifi = new Wifi(world.agenda, world.dice(`wifi ${plan.name}`), (conditions) => {
      if (plan.isFrugal) this.#tell({ type: 'conditionsChanged', conditions })
    })
    this.#browser = new Browser(this, (own, onBroken) => this.#openOwn(own, onBroken))
  }

  get name(): string {
    return this.plan.name
  }

  get disk(): Disk {
    return this.#disk
  }

  get isOpen(): boolean {
    return this.port !== null && this.life.isAlive
  }

  nowMs(): number {
    return this.clock.at(this.world.agenda.nowMs)
  }

  readonly newRecord = (): RecordId => mintRecordId(this.nowMs(), this.dice.bytes)
  readonly newSpace = (): SpaceId => mintSpaceId(this.nowMs(), this.dice.bytes)

  // ── its process ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What its person uses: the tab before them, or the store itself. */
  get port(): OpenedEngine['port'] | null {
    if (this.plan.tabs === 1) return this.opened?.port ?? null
    return this.#browser.tabs.find(({ life }) => life === this.life)?.tab.relay ?? null
  }

  async open(): Promise<void> {
    if (this.plan.tabs > 1) return this.#openTabs()
    const life = new Life(this.world.agenda)
    this.life = life
    try {
      await this.#openOwn(life, () => this.world.agenda.after(0, () => this.#openAgain(life)))
    } catch (error) {
      if (error instanceof Killed || !life.isAlive) return
      if (!(error instanceof StorageError)) throw error
      // The disk refuses: the person tries again.
      life.end()
      this.openLater()
    }
  }

  openLater(delayMs: number = this.dice.wait(REOPEN_MS)): void {
    this.world.agenda.after(delayMs, () => {
      const isWhole = this.plan.tabs === 1 ? this.life.isAlive : this.#browser.tabs.length === this.plan.tabs
      if (!isWhole) this.world.during(this.open())
    })
  }

  /** Every process is gone, without a word. What they had in hand is nowhere. */
  die(): void {
    this.goesOn(() => this.#end())
  }

  #end(): void {
    for (const { life } of this.#browser.tabs) this.#browser.crash(life)
    this.life.end()
    this.#leader = null
    this.opened = null
    this.line.forget()
  }

  /** One process is gone: of a browser, one of its tabs. */
  crash(life: Life = this.someLife()): void {
    this.goesOn(() => this.#crash(life))
  }

  #crash(life: Life): void {
    if (this.plan.tabs === 1) return this.#end()
    this.#browser.crash(life)
    if (this.#leader === life) {
      this.#leader = null
      this.opened = null
      this.line.forget()
    }
    // The person goes on in another tab, where there is one.
    if (this.life === life) this.life = this.#browser.tabs[0]?.life ?? life
  }

  /** Its processes. */
  get lives(): readonly Life[] {
    const { tabs } = this.#browser
    return tabs.length === 0 ? [this.life] : tabs.map(({ life }) => life)
  }

  /** A process of it stands still, which the others may wait for, or its disk takes nothing: its person is not told anything. */
  get isStill(): boolean {
    return this.disk.isFull || this.lives.some(({ isFrozen }) => isFrozen)
  }

  /** Runs what may end its standing still, and takes down that it did stand still until now. */
  goesOn<T>(run: () => T): T {
    if (this.isStill) this.stillUntilMs = this.world.agenda.nowMs
    return run()
  }

  /** One of its processes. */
  someLife(): Life {
    return this.plan.tabs === 1 ? this.life : this.dice.pick(this.lives)
  }

  /** The tab that leads is told whether any tab is seen. */
  leaderSeen(isVisible: boolean): void {
    this.hints += 1
    this.#hints.tell({ type: isVisible ? 'visible' : 'hidden' })
  }

  /** Another disk in place of this one; the process must be dead. */
  async replaceDisk(image: Uint8Array | null): Promise<void> {
    const { disk, belongsTo } = await newDisk(this.world, this.plan, image)
    belongsTo(this)
    this.#disk.dispose()
    this.#disk = disk
    this.came = { asked: this.asked, intents: this.intents() }
  }

  /** The person loads the new version of the app. */
  upgrade(): void {
    if (this.appVersion === 2) return
    this.appVersion = 2
    if (!this.life.isAlive) return
    this.die()
    this.openLater(0)
  }

  /** Nothing is wrong with it any more, and somebody looks at it. */
  async heal(): Promise<void> {
    this.clock.mend(this.world.agenda.nowMs)
    this.line.weather.heal()
    this.wifi.heal()
    this.goesOn(() => {
      this.disk.mend()
      this.life.thaw()
      for (const { life } of this.#browser.tabs) life.thaw()
    })
    this.upgrade()
    if (!this.life.isAlive || this.plan.tabs > 1) await this.open()
    this.#tell({ type: 'online' })
    this.look(true)
  }

  /** Whether a person sees it. */
  look(isVisible: boolean): void {
    this.hints += 1
    this.#isLookedAt = isVisible
    const seen = this.#browser.tabs.find(({ life }) => life === this.life)
    if (seen === undefined) this.#tell({ type: isVisible ? 'visible' : 'hidden' })
    else seen.life.comes(() => seen.tab.look(isVisible))
  }

  // ── what is on its disk ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Every change of its own that is on the disk: open, failed and retained. */
  changes(): readonly OwnRow[] {
    return this.changesWhere('TRUE')
  }

  /** Those of them that an SQL condition holds for. */
  changesWhere(condition: string, ...parameters: readonly (string | number | null)[]): readonly OwnRow[] {
    const rows = this.#disk
      .query(`SELECT intent, space, status, seq, name, version, content FROM _change WHERE ${condition}`)
      .all(...parameters)
    return rows as unknown as OwnRow[]
  }

  intents(): ReadonlySet<Intent> {
    const rows = this.#disk.query('SELECT intent FROM _change').values()
    return new Set(rows.map(([intent]) => intent as Intent))
  }

  /** What the mirror would bring back. */
  async mirrored(): Promise<readonly Intent[]> {
    const items = (await this.mirror?.all()) ?? []
    return items.map(({ key }) => key.replace('change/', '') as Intent)
  }

  spaces(): readonly SpaceId[] {
    return this.#disk
      .query('SELECT id FROM _space ORDER BY id')
      .values()
      .map(([id]) => id as SpaceId)
  }

  get hasUnsent(): boolean {
    return this.#disk.query("SELECT 1 FROM _change WHERE status IN ('unsealed', 'queued') LIMIT 1").get() !== undefined
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #openTabs(): void {
    while (this.#browser.tabs.length < this.plan.tabs) {
      const { life, tab } = this.#browser.open(this.world.app.device[this.appVersion])
      if (!this.life.isAlive || this.dice.chance(0.3)) this.life = life
      tab.look(this.#isLookedAt)
    }
    this.world.trace.note(this.name, `has ${this.#browser.tabs.length} tabs open`)
  }

  /** Opens the store in a process. */
  async #openOwn(life: Life, onBroken: () => void): Promise<OpenedEngine['port']> {
    this.opened = null
    this.#leader = life
    // What listened before is dead, or does not lead any more.
    this.#hints = new Relay()
    if (this.plan.hints) this.#hints.tell({ type: this.line.weather.isUp ? 'online' : 'offline' })
    this.#hints.tell({ type: this.#isLookedAt ? 'visible' : 'hidden' })
    if (this.plan.isFrugal) this.#hints.tell({ type: 'conditionsChanged', conditions: this.wifi.conditions })
    const opened = await openEngine({ ...setupOf(this, life, this.#hints), onBroken })
    if (life.isAlive) {
      this.opened = opened
      this.world.trace.note(this.name, 'is open')
    }
    return opened.port
  }

  /** A hint for whoever has the store open. */
  #tell(hint: Parameters<Relay['tell']>[0]): void {
    this.hints += 1
    this.#leader?.comes(() => this.#hints.tell(hint))
  }

  /** As the shell does with a file that fails: it is closed and opened anew. */
  #openAgain(life: Life): void {
    if (this.life !== life || !life.isAlive) return
    this.die()
    this.openLater()
  }

  #turned(isUp: boolean): void {
    if (!isUp) this.line.cutSockets()
    if (this.plan.hints) this.#tell({ type: isUp ? 'online' : 'offline' })
  }
}

const REOPEN_MS = 20 * 60_000
