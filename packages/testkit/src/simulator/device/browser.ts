/**
 * A browser: several tabs that share one disk. One of them leads and has the store open; the others go through it. Locks and channels are
 * those of the browser: a lock is free when its holder is dead, not when it is frozen; messages of a channel arrive in order.
 */
import { type OpenChannel, Tab } from '@tombolo/client/testing'
import type { SchemaDefinition } from '@tombolo/core'
import type { Agenda } from '../agenda.ts'
import { Life } from './life.ts'

/** Whose browser it is. */
export interface BrowserOwner {
  readonly name: string
  readonly world: BrowserWorld
  /** The tab that leads is told whether any tab is seen. */
  leaderSeen(isVisible: boolean): void
}

interface BrowserWorld {
  readonly agenda: Agenda
  reported(owner: BrowserOwner, error: unknown): void
}

type TabPorts = ConstructorParameters<typeof Tab>[2]

export interface OpenTab {
  readonly life: Life
  readonly tab: Tab
}

interface LockRequest {
  readonly life: Life
  readonly name: string
  readonly granted: () => void
}

interface Ear {
  readonly life: Life
  readonly name: string
  readonly channel: number
  readonly receive: (message: unknown) => void
  /** When the last message reaches it. */
  arrivesMs: number
}

export class Browser {
  readonly #owner: BrowserOwner
  readonly #world: BrowserWorld
  readonly #openEngine: (life: Life, onBroken: () => void) => ReturnType<TabPorts['openEngine']>
  #tabs: OpenTab[] = []
  #locks: LockRequest[] = []
  #ears: Ear[] = []
  #ids = 0

  constructor(owner: BrowserOwner, openOwn: (life: Life, onBroken: () => void) => ReturnType<TabPorts['openEngine']>) {
    this.#owner = owner
    this.#world = owner.world
    this.#openEngine = openOwn
  }

  get tabs(): readonly OpenTab[] {
    return this.#tabs
  }

  open(schema: SchemaDefinition): OpenTab {
    const life = new Life(this.#world.agenda)
    const mintId = (): string => `${this.#owner.name}-${++this.#ids}`
    const tab = new Tab('store', schema, {
      locks: { request: (name, granted) => this.#request({ life, name, granted }) },
      openChannel: (name) => this.#channel(life, name),
      setTimer: life.setTimer,
      mintId,
      preload: async () => undefined,
      openEngine: (onBroken) => this.#openEngine(life, onBroken),
      onSeen: (isVisible) => this.#owner.leaderSeen(isVisible),
      onError: (error) => life.isAlive && this.#world.reported(this.#owner, error),
    })
    const opened = { life, tab }
    this.#tabs.push(opened)
    return opened
  }

  /** A tab is gone, without a word: its locks are free. */
  crash(life: Life): void {
    life.end()
    this.#tabs = this.#tabs.filter((tab) => tab.life !== life)
    this.#ears = this.#ears.filter((ear) => ear.life !== life)
    const names = this.#locks.filter((request) => request.life === life && this.#holderOf(request.name) === request).map(({ name }) => name)
    this.#locks = this.#locks.filter((request) => request.life !== life)
    for (const name of names) this.#grant(name)
  }

  #request(request: LockRequest): () => void {
    this.#locks.push(request)
    if (this.#holderOf(request.name) === request) this.#grant(request.name)
    return () => {
      const wasHeld = this.#holderOf(request.name) === request
      this.#locks = this.#locks.filter((other) => other !== request)
      if (wasHeld) this.#grant(request.name)
    }
  }

  #holderOf(name: string): LockRequest | undefined {
    return this.#locks.find((request) => request.name === name)
  }

  #grant(name: string): void {
    const request = this.#holderOf(name)
    if (request === undefined) return
    this.#world.agenda.after(MESSAGE_MS, () => {
      request.life.comes(() => this.#locks.includes(request) && request.granted())
    })
  }

  #channel(life: Life, name: string): OpenChannel {
    const channel = ++this.#ids
    return {
      send: (message) => {
        if (life.isAlive) this.#broadcast(name, channel, structuredClone(message))
      },
      listen: (receive) => {
        const ear: Ear = { life, name, channel, receive, arrivesMs: 0 }
        this.#ears.push(ear)
        return () => (this.#ears = this.#ears.filter((other) => other !== ear))
      },
      close: () => (this.#ears = this.#ears.filter((ear) => ear.channel !== channel)),
    }
  }

  #broadcast(name: string, from: number, message: unknown): void {
    const { nowMs } = this.#world.agenda
    for (const ear of this.#ears) {
      if (ear.name !== name || ear.channel === from) continue
      ear.arrivesMs = Math.max(nowMs + MESSAGE_MS, ear.arrivesMs + SPACING_MS)
      this.#world.agenda.after(ear.arrivesMs - nowMs, () => {
        ear.life.comes(() => this.#ears.includes(ear) && ear.receive(message))
      })
    }
  }
}

const MESSAGE_MS = 1
/** Messages to one listener never overtake one another. */
const SPACING_MS = 0.001
