/** One tab's part in sharing the store: carries out the machine's decisions, with the locks and channels that it is given. */
import { assert, type SchemaIdentity, unreachable } from '@tombolo/core'
import type { EnginePort, Stop } from '../engine/port.ts'
import { type Channel, portOver, type SetTimer, wireErrorOf } from './channel.ts'
import { newTab, step } from './machine.ts'
import { leaderLock } from './names.ts'
import type { Link, TabEffect, TabEvent, TabId, TabMessage, TabState } from './tab-state.ts'
import { Relay } from './relay.ts'
import { remoteEngine } from './remote-engine.ts'
import { serveEngine } from './serve-engine.ts'

/** Exclusive locks that are released when their holder ends. */
export interface Locks {
  /** Waits for the lock. The returned function releases it, or stops waiting; `granted` is not called after that. */
  request(name: string, granted: () => void): Stop
}

/** A channel on which a message reaches everyone who opened it under the same name, except the sender. */
export interface OpenChannel extends Channel {
  close(): void
}

export interface TabPorts {
  readonly locks: Locks
  readonly openChannel: (name: string) => OpenChannel
  readonly setTimer: SetTimer
  readonly mintId: () => string
  /** Loads SQLite, so that taking over only has to open files. */
  readonly preload: () => Promise<void>
  /** Called while this tab alone has the right to open the store; `onBroken` asks to close and open it again. */
  readonly openEngine: (onBroken: () => void) => Promise<EnginePort>
  /** While this tab leads: whether a person sees any of the pages that it serves. */
  readonly onSeen: (isVisible: boolean) => void
  readonly onError: (error: unknown) => void
}

/** A leader that has not answered for this long is asked again. */
const ASK_AGAIN_MS = 3000
/** A tab that cannot load SQLite waits this long for a leader before it tells its page. */
const NOBODY_LEADS_MS = 2000
/** A tab that could not load SQLite, or whose device failed to open the store, tries again after this long. */
const TRY_LATER_MS = 10_000

export class Tab {
  readonly relay: Relay
  readonly #name: string
  readonly #ports: TabPorts
  readonly #public: OpenChannel
  readonly #followers = new Map<TabId, Stop>()
  readonly #events: TabEvent[] = []
  readonly #leavers: (() => void)[] = []
  #state: TabState
  #isStepping = false
  #engine: EnginePort | null = null
  #ownLock: Stop = nothing
  #leaderLock: Stop = nothing
  #endFollowing: Stop = nothing
  #cancelLater: Stop = nothing

  /** `name`: the store's; tabs of the same name share it. */
  constructor(name: string, { version, fingerprint }: SchemaIdentity, ports: TabPorts) {
    this.#name = name
    this.#ports = ports
    this.relay = new Relay(ports.mintId)
    this.#public = ports.openChannel(`tombolo:${name}`)
    this.#public.listen((message) => this.#tell({ type: 'heard', message: message as TabMessage }))
    const { state, effects } = newTab(ports.mintId(), { version, fingerprint })
    this.#state = state
    for (const effect of effects) this.#attempt(effect)
  }

  get role(): 'leader' | 'follower' | 'none' {
    const { stage } = this.#state
    if (stage.type === 'leading') return 'leader'
    return stage.type === 'waiting' && stage.following !== null ? 'follower' : 'none'
  }

  /** The page leaves, for good or into the browser's cache. Resolves when this tab holds nothing any more, so that another may lead. */
  leave(): Promise<void> {
    this.#tell({ type: 'left' })
    return new Promise((resolve) => {
      this.#leavers.push(resolve)
      this.#letLeaversGo()
    })
  }

  returnHere(): void {
    this.#tell({ type: 'returned' })
  }

  /** Whether a person sees this tab's page. */
  look(isVisible: boolean): void {
    this.#tell({ type: 'looked', isVisible })
  }

  #tell(event: TabEvent): void {
    this.#events.push(event)
    if (this.#isStepping) return
    this.#isStepping = true
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      const { state, effects } = step(this.#state, next)
      this.#state = state
      for (const effect of effects) this.#attempt(effect)
    }
    this.#isStepping = false
    this.#letLeaversGo()
  }

  #letLeaversGo(): void {
    if (this.#state.stage.type === 'away') for (const go of this.#leavers.splice(0)) go()
  }

  /** Carries out one effect. An error in it does not affect the others. */
  #attempt(effect: TabEffect): void {
    try {
      this.#carryOut(effect)
    } catch (error) {
      this.#ports.onError(error)
    }
  }

  #carryOut(effect: TabEffect): void {
    switch (effect.type) {
      case 'arrive':
        this.#ownLock()
        this.#ownLock = this.#ports.locks.request(this.#ownLockName(this.#state.id), () => this.#tell({ type: 'arrived' }))
        return
      case 'depart':
        this.#ownLock()
        return
      case 'queue':
        this.#leaderLock = this.#ports.locks.request(leaderLock(this.#name), () =>
          this.#tell({ type: 'granted', term: this.#ports.mintId() }),
        )
        return
      case 'unqueue':
        return this.#leaderLock()
      case 'load':
        return void this.#load()
      case 'open':
        return void this.#open()
      case 'close':
        return void this.#close()
      case 'say':
        return this.#public.send(effect.message)
      case 'serveOwn':
        this.#endFollowing()
        assert(this.#engine !== null, 'a tab that leads has opened its engine')
        return this.relay.connect(this.#engine)
      case 'follow':
        return this.#follow(effect.link)
      case 'serveNobody':
        this.#endFollowing()
        return this.relay.disconnect()
      case 'fail':
        return this.relay.fail(effect.error)
      case 'admit':
        return this.#admit(effect.tab, effect.link)
      case 'dismiss':
        this.#followers.get(effect.tab)?.()
        this.#followers.delete(effect.tab)
        return
      case 'show':
        return this.#ports.onSeen(effect.isVisible)
      case 'wait':
        this.#ports.setTimer(() => this.#tell({ type: 'silence' }), NOBODY_LEADS_MS)
        return
      case 'tryLater':
        this.#cancelLater()
        this.#cancelLater = this.#ports.setTimer(() => this.#tell({ type: 'later' }), TRY_LATER_MS)
        return
      default:
        return unreachable(effect)
    }
  }

  async #load(): Promise<void> {
    try {
      await this.#ports.preload()
      this.#tell({ type: 'loaded' })
    } catch (error) {
      this.#tell({ type: 'loadFailed', error: wireErrorOf(error) })
    }
  }

  async #open(): Promise<void> {
    try {
      this.#engine = await this.#ports.openEngine(() => this.#tell({ type: 'broke' }))
      this.#tell({ type: 'opened' })
    } catch (error) {
      this.#tell({ type: 'openFailed', error: wireErrorOf(error) })
    }
  }

  async #close(): Promise<void> {
    try {
      await this.#engine?.close()
    } catch (error) {
      this.#ports.onError(error)
    }
    this.#engine = null
    this.#tell({ type: 'closed' })
  }

  #follow(link: Link): void {
    this.#endFollowing()
    const { setTimer } = this.#ports
    const channel = this.#ports.openChannel(this.#linkName(link))
    const leader = remoteEngine(channel, { setTimer, askAgainMs: ASK_AGAIN_MS, onSilence: () => this.#tell({ type: 'silence' }) })
    this.#endFollowing = once(() => {
      leader.disconnect()
      channel.close()
    })
    this.relay.connect(leader)
  }

  #admit(tab: TabId, link: Link): void {
    assert(this.#engine !== null, 'a tab that leads has opened its engine')
    const channel = this.#ports.openChannel(this.#linkName(link))
    const stopServing = serveEngine(portOver(this.#engine, CLOSES_NOTHING), channel)
    const stopWatching = this.#ports.locks.request(this.#ownLockName(tab), () => {
      stopWatching()
      this.#tell({ type: 'followerGone', tab })
    })
    this.#followers.set(tab, () => {
      stopWatching()
      stopServing()
      channel.close()
    })
  }

  #linkName(link: Link): string {
    return `tombolo:${this.#name}:${link}`
  }

  #ownLockName(tab: TabId): string {
    return `tombolo:${this.#name}:${tab}`
  }
}

/** Wraps the leader's engine for a follower, whose `close` must not close it. */
const CLOSES_NOTHING = { close: () => Promise.resolve() }

const nothing: Stop = () => {}

function once(run: () => void): Stop {
  let isRun = false
  return () => {
    if (isRun) return
    isRun = true
    run()
  }
}
