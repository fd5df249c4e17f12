/** A live socket over a line: frames arrive in order, each after its journey, until either side or the weather ends it [Q7]. */
import type { Socket, SocketHandlers } from '@tombolo/client/testing'
import type { Line as HubLine, LiveDoor } from '@tombolo/hub'
import type { Agenda } from '../agenda.ts'
import type { Life } from '../device/life.ts'
import type { Direction } from './weather.ts'

/** What a socket goes over. */
export interface SocketWay {
  readonly world: { readonly agenda: Agenda; readonly hub: { readonly isUp: boolean; readonly hub: { readonly live: LiveDoor } } }
  readonly owner: { readonly token: () => string }
  readonly weather: {
    readonly isUp: boolean
    readonly isClogged: boolean
    readonly partitioned: ReadonlySet<Direction>
    journey(bytes: number): { readonly ms: number; readonly isLost: boolean }
  }
}

/** Somebody who listens at both ends: to what is sent, and to what has come. */
export interface FrameListener {
  /** The device sends. */
  readonly asks: (text: string) => void
  /** It has come to the hub. */
  readonly reaches: (text: string) => void
  /** The hub sends. */
  readonly says: (text: string) => void
  /** It has come to the device, which has not read it yet. */
  readonly hears: (text: string) => void
}

export const DEAF: FrameListener = {
  asks: () => undefined,
  reaches: () => undefined,
  says: () => undefined,
  hears: () => undefined,
}

export class SimulatedSocket implements Socket {
  readonly #line: SocketWay
  readonly #life: Life
  readonly #handlers: SocketHandlers
  readonly #ended: () => void
  readonly #listener: FrameListener
  #hubSide: HubLine | null = null
  #isOver = false
  /** When the last frame arrives, in each direction. */
  #arrives = { out: 0, in: 0 }

  constructor(line: SocketWay, life: Life, handlers: SocketHandlers, ended: () => void, listener: FrameListener = DEAF) {
    this.#line = line
    this.#life = life
    this.#handlers = handlers
    this.#ended = ended
    this.#listener = listener
  }

  /** Asks the hub for a socket. Nothing is told of it before the next event. */
  open(): void {
    this.#carry('out', UPGRADE_BYTES, () => void this.#upgrade())
  }

  send(text: string): void {
    this.#listener.asks(text)
    this.#carry('out', text.length, () => {
      this.#listener.reaches(text)
      this.#hubSide?.receive(Buffer.from(text))
    })
  }

  close(): void {
    this.#end()
  }

  /** The connection breaks, and the device is told. */
  cut(): void {
    if (this.#isOver) return
    this.#end()
    this.#line.world.agenda.after(0, () => this.#life.comes(() => this.#handlers.closed({})))
  }

  async #upgrade(): Promise<void> {
    const { world, owner } = this.#line
    if (!world.hub.isUp) return this.cut()
    const { live } = world.hub.hub
    const headers = new Headers({ host: 'hub.test', authorization: `Bearer ${owner.token()}` })
    const identity = await live.admit(headers)
    if (this.#isOver) return
    if ('problem' in identity) return this.cut()
    this.#hubSide = live.open(identity, {
      send: (text: string) => {
        this.#listener.says(text)
        this.#carry('in', text.length, () => this.#life.comes(() => this.#hears(text)))
      },
      buffered: () => 0,
      close: () => this.cut(),
    })
    this.#carry('in', 100, () => this.#life.comes(() => this.#isOver || this.#handlers.opened()))
  }

  #hears(text: string): void {
    if (this.#isOver) return
    this.#listener.hears(text)
    this.#handlers.received(text)
  }

  #carry(direction: 'out' | 'in', bytes: number, deliver: () => void): void {
    const { world, weather } = this.#line
    if (!weather.isUp) return this.cut()
    const { ms, isLost } = weather.journey(bytes)
    // A stream without one of its packets ends, and so does one that nothing comes through any more.
    if (isLost || weather.partitioned.has(direction) || weather.isClogged) return void world.agenda.after(BREAKS_MS, () => this.cut())
    const { nowMs } = world.agenda
    const at = Math.max(nowMs + ms, this.#arrives[direction] + SPACING_MS)
    this.#arrives[direction] = at
    world.agenda.after(at - nowMs, () => this.#isOver || deliver())
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#hubSide?.closed()
    this.#ended()
  }
}

const UPGRADE_BYTES = 200
const BREAKS_MS = 20_000
/** Frames of one direction never overtake one another. */
const SPACING_MS = 0.001
