/**
 * A browser without a browser: tabs, locks, channels and one disk, whose order of events a test or a seed decides.
 *
 * Whatever takes time (a message on its way, a lock that is granted) waits in a list until `step` lets one happen. What one side
 * sends to another arrives in order; everything else is in any order. A tab that crashes loses its locks and channels, says nothing
 * more, and its file stays held for a while.
 */
import type { SchemaDefinition } from '@tombolo/core'
import type { EnginePort, Stop } from '../../engine/port.ts'
import { memoryMirror, type OutboxMirror } from '../../storage/mirror.ts'
import { memoryStorage } from '../../storage/node.ts'
import { type Database, type Storage, StorageError } from '../../storage/port.ts'
import { BLIND } from '../../sync/connectivity.ts'
import { openEngine } from '../../tabs/open-engine.ts'
import { type OpenChannel, Tab } from '../../tabs/tab.ts'
import { seededRandom, sha256, START_MS } from '../local-store-kit.ts'

interface Task {
  readonly owner: TestTab
  /** Tasks of one line happen in order. */
  readonly line: string
  readonly run: () => void
}

interface LockRequest {
  readonly owner: TestTab
  readonly name: string
  readonly granted: () => void
}

interface Ear {
  readonly owner: TestTab
  readonly name: string
  readonly id: number
  readonly receive: (message: unknown) => void
}

export interface TestTab {
  readonly id: number
  readonly tab: Tab
  readonly seen: boolean[]
}

export interface WorldOptions {
  readonly schema: SchemaDefinition
  /** From 0 to 1, evenly. */
  readonly chance: () => number
  /** `memory`: the browser refuses files; only the mirror survives. */
  readonly disk?: 'disk' | 'memory'
  /** What stands before the storage of a tab; default nothing. */
  readonly before?: (storage: Storage, tab: TestTab) => Storage
}

export class World {
  nowMs: number = START_MS
  /** Broken invariants, and what tabs reported as bugs. */
  readonly faults: string[] = []
  readonly mirror: OutboxMirror = this.#failingMirror(memoryMirror())
  readonly live = new Set<TestTab>()
  /** How often a tab was given the right to lead. */
  leaders = 0
  /** What opening the database fails with. */
  openFailure: Error | null = null
  /** What the next transactions fail with. */
  readonly writeFailures: Error[] = []
  /** What writing to the mirror fails with. */
  mirrorFailure: Error | null = null
  /** What loading SQLite fails with. */
  loadFailure: Error | null = null
  readonly #options: WorldOptions
  readonly #storage = memoryStorage()
  readonly #frozen = new Set<TestTab>()
  #tasks: Task[] = []
  #timers: (Task & { readonly at: number })[] = []
  #locks: LockRequest[] = []
  #ears: Ear[] = []
  #held: { readonly owner: TestTab; readonly database: Database } | null = null
  #ids = 0
  #busy = 0

  constructor(options: WorldOptions) {
    this.#options = options
  }

  /** How many listen to channels. */
  get listeners(): number {
    return this.#ears.length
  }

  open(schema: SchemaDefinition = this.#options.schema): TestTab {
    const seen: boolean[] = []
    const self = { id: ++this.#ids, seen } as { -readonly [K in keyof TestTab]: TestTab[K] }
    this.live.add(self)
    self.tab = new Tab('world', schema, {
      locks: { request: (name, granted) => this.#requestLock({ owner: self, name, granted }) },
      openChannel: (name) => this.#openChannel(self, name),
      setTimer: (run, delayMs) => this.#setTimer(self, run, delayMs),
      mintId: () => `id${++this.#ids}`,
      preload: async () => {
        await this.#takesTime(self)
        if (this.loadFailure !== null) throw this.loadFailure
      },
      openEngine: (onBroken) => this.#openEngine(self, schema, onBroken),
      onSeen: (isVisible) => seen.push(isVisible),
      onError: (error) => this.#report(self, error),
    })
    return self
  }

  /** Without a word: its locks are free at once, its file a little later. */
  crash(tab: TestTab): void {
    this.live.delete(tab)
    this.#frozen.delete(tab)
    this.#tasks = this.#tasks.filter(({ owner }) => owner !== tab)
    this.#timers = this.#timers.filter(({ owner }) => owner !== tab)
    this.#ears = this.#ears.filter(({ owner }) => owner !== tab)
    const names = this.#locks.filter((request) => request.owner === tab && this.#holderOf(request.name) === request).map(({ name }) => name)
    this.#locks = this.#locks.filter(({ owner }) => owner !== tab)
    for (const name of names) this.#grantNext(name)
    const held = this.#held
    if (held?.owner !== tab) return
    this.#tasks.push({ owner: BROWSER, line: 'disk', run: () => this.#letGo(held.database) })
  }

  /** As browsers do with pages in the background: nothing of it runs until it is thawed. */
  freeze(tab: TestTab): void {
    this.#frozen.add(tab)
  }

  thaw(tab: TestTab): void {
    this.#frozen.delete(tab)
  }

  get isFileHeld(): boolean {
    return this.#held !== null
  }

  /** Lets one thing happen; false when nothing is left but timers. */
  async step(): Promise<boolean> {
    const ready = this.#tasks.filter(
      ({ owner, line }, index) => !this.#frozen.has(owner) && this.#tasks.findIndex((task) => task.line === line) === index,
    )
    const task = ready[Math.floor(this.#options.chance() * ready.length)]
    if (task !== undefined) {
      this.#tasks.splice(this.#tasks.indexOf(task), 1)
      task.run()
    }
    await this.#turns()
    return task !== undefined
  }

  /** Lets everything happen, and time pass while nothing else does, until this is so. */
  async until(isSo: () => boolean, limitMs = 60_000): Promise<void> {
    const end = this.nowMs + limitMs
    await this.#turns()
    while (!isSo()) {
      if (await this.step()) continue
      if (!this.#fireTimer(end)) throw new Error('that never happens')
      await this.#turns()
    }
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    await this.#turns()
    while (await this.step());
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.nowMs + ms
    do await this.settle()
    while (this.#fireTimer(end))
    this.nowMs = end
  }

  async result<T>(work: Promise<T>): Promise<T> {
    let isDone = false
    const end = (): void => void (isDone = true)
    work.then(end, end)
    await this.until(() => isDone)
    return work
  }

  async #turns(): Promise<void> {
    do await turn()
    while (this.#busy > 0)
  }

  #fireTimer(end: number): boolean {
    const next = this.#timers
      .filter(({ owner }) => !this.#frozen.has(owner))
      .reduce<(Task & { at: number }) | null>((first, timer) => (first === null || timer.at < first.at ? timer : first), null)
    if (next === null || next.at > end) return false
    this.#timers.splice(this.#timers.indexOf(next), 1)
    this.nowMs = Math.max(this.nowMs, next.at)
    next.run()
    return true
  }

  #setTimer(owner: TestTab, run: () => void, delayMs: number): Stop {
    const timer = { owner, line: '', run, at: this.nowMs + delayMs }
    this.#timers.push(timer)
    return () => (this.#timers = this.#timers.filter((other) => other !== timer))
  }

  #takesTime(owner: TestTab): Promise<void> {
    return new Promise((resolve) => this.#tasks.push({ owner, line: `time ${++this.#ids}`, run: resolve }))
  }

  /** What is left of a crashed tab in this thread means nothing. */
  #report(tab: TestTab, error: unknown): void {
    if (this.live.has(tab)) this.faults.push(String(error))
  }

  // ── locks ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #requestLock(request: LockRequest): Stop {
    if (!this.live.has(request.owner)) return () => {}
    this.#locks.push(request)
    if (this.#holderOf(request.name) === request) this.#grant(request)
    return () => {
      const wasHeld = this.#holderOf(request.name) === request
      this.#locks = this.#locks.filter((other) => other !== request)
      if (wasHeld) this.#grantNext(request.name)
    }
  }

  #holderOf(name: string): LockRequest | undefined {
    return this.#locks.find((other) => other.name === name)
  }

  #grantNext(name: string): void {
    const next = this.#holderOf(name)
    if (next !== undefined) this.#grant(next)
  }

  #grant(request: LockRequest): void {
    const run = (): void => {
      if (!this.#locks.includes(request)) return
      if (request.name === LEADER_LOCK) this.#leads(request.owner)
      request.granted()
    }
    this.#tasks.push({ owner: request.owner, line: `lock ${++this.#ids}`, run })
  }

  #leads(tab: TestTab): void {
    this.leaders++
    const held = this.#held
    if (held !== null && held.owner !== tab && this.live.has(held.owner)) this.faults.push('a tab lets go of the lock before its file')
  }

  // ── channels ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #openChannel(owner: TestTab, name: string): OpenChannel {
    const id = ++this.#ids
    return {
      send: (message) => (this.live.has(owner) ? this.#broadcast(id, name, structuredClone(message)) : undefined),
      listen: (receive) => {
        const ear = { owner, name, id, receive }
        this.#ears.push(ear)
        return () => (this.#ears = this.#ears.filter((other) => other !== ear))
      },
      close: () => (this.#ears = this.#ears.filter((other) => other.id !== id)),
    }
  }

  #broadcast(from: number, name: string, message: unknown): void {
    for (const ear of this.#ears) {
      if (ear.name !== name || ear.id === from) continue
      const run = (): void => (this.#ears.includes(ear) ? ear.receive(structuredClone(message)) : undefined)
      this.#tasks.push({ owner: ear.owner, line: `channel ${from} ${ear.id}`, run })
    }
  }

  // ── the disk ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Loading a native module takes real time, for which the world stands still. */
  async #openEngine(owner: TestTab, schema: SchemaDefinition, onBroken: () => void): Promise<EnginePort> {
    await this.#takesTime(owner)
    this.#busy++
    try {
      return await this.#openNow(owner, schema, onBroken)
    } finally {
      this.#busy--
    }
  }

  async #openNow(owner: TestTab, schema: SchemaDefinition, onBroken: () => void): Promise<EnginePort> {
    if (this.#holderOf(LEADER_LOCK)?.owner !== owner) this.faults.push('a tab opens the store without the lock')
    if (this.openFailure !== null) throw this.openFailure
    const isInMemory = this.#options.disk === 'memory'
    if (this.#held !== null && !isInMemory) throw new StorageError('storage.busy', new Error('another worker has the file'))
    const database = await (isInMemory ? memoryStorage() : this.#storage).open('store')
    if (!this.live.has(owner)) database.close()
    else this.#held = { owner, database }
    const storage: Storage = {
      open: () => Promise.resolve(this.#asOnDisk(database, isInMemory)),
      remove: () => Promise.resolve(),
      ...NOTHING_ASIDE,
    }
    const { port } = await openEngine({
      name: 'store',
      schema,
      transport: null,
      connectivity: BLIND,
      hash: sha256,
      random: seededRandom(++this.#ids),
      mirror: this.mirror,
      nowMs: () => this.nowMs,
      requestFrame: queueMicrotask,
      onBroken,
      setTimer: (run, delayMs) => this.#setTimer(owner, run, delayMs),
      storage: this.#options.before?.(storage, owner) ?? storage,
      onError: (error) => this.#report(owner, error),
    })
    return port
  }

  #failingMirror(mirror: OutboxMirror): OutboxMirror {
    return {
      ...mirror,
      put: async (items) => {
        if (this.mirrorFailure !== null) throw this.mirrorFailure
        await mirror.put(items)
      },
    }
  }

  #asOnDisk(database: Database, isInMemory: boolean): Database {
    return {
      durability: isInMemory ? 'memory' : 'disk',
      reserve: database.reserve,
      aside: database.aside,
      exec: (sql) => database.exec(sql),
      prepare: (sql) => database.prepare(sql),
      transaction: (work) => {
        const failure = this.writeFailures.shift()
        if (failure !== undefined) throw failure
        return database.transaction(work)
      },
      bytes: () => database.bytes(),
      close: () => this.#letGo(database),
    }
  }

  #letGo(database: Database): void {
    if (this.#held?.database === database) this.#held = null
    database.close()
  }
}

const refused = (): Promise<never> => Promise.reject(new Error('nothing is set aside in this world'))
const NOTHING_ASIDE = { renew: refused, openAside: refused, readAside: refused, removeAside: refused }

const LEADER_LOCK = 'tombolo:world'

const BROWSER = { id: 0, seen: [] } as unknown as TestTab

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
