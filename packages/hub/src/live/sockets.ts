/**
 * Live sockets, independent of the library: admission, frames in, frames out [Q7]. A malformed frame closes the socket. The device opens a
 * new one and nothing is lost, because everything works without sockets.
 */
import { decodeLiveFrame, liveTokenIn } from '@tombolo/core'
import type { Headers, Identity } from '../auth/auth.ts'
import type { Door } from '../http/door.ts'
import { checkGate } from '../http/gate.ts'
import { parse } from '../http/body.ts'
import type { Allowances } from '../limits/rates.ts'
import type { Log } from '../log.ts'
import { problemOf, type Refused, refused } from '../problem.ts'
import { type Reply, workOf } from '../reply.ts'
import type { Service } from '../service.ts'
import { answerFrame } from '../wire.ts'
import type { Feed } from './feed.ts'
import { Session } from './session.ts'
import type { Timers } from './wait.ts'

/** A socket, as the server passes it to the hub. `buffered`: bytes not sent yet. */
export interface Socket {
  send(text: string): void
  buffered(): number
  close(code: number, reason: string): void
}

/** The hub's end of a socket: the server passes it received frames and the close. */
export interface Line {
  receive(frame: Uint8Array): void
  closed(): void
}

/** The entrance for live sockets: `admit` first, then open. */
export interface LiveDoor {
  /** Decides whether this request may open a live socket. */
  admit(headers: Headers, door?: Door): Promise<Identity | { readonly problem: Refused }>
  open(identity: Identity, socket: Socket): Line
}

/** RFC 6455 §7.4.1 and the registry of codes. */
const GOING_AWAY = 1001
const PROTOCOL_ERROR = 1002
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013
/** The longest delay of a Node timer. */
const TIMER_MAX_MS = 2 ** 31 - 1
const LIMITED: Refused = { code: 'hub.limited', detail: 'requests of this socket wait for their answers', retryAfterMs: 1000 }

/** The longest frame of a device that has to wait which is read, to tell it so; an honest one has been told, and sends none. */
const LIMITED_BYTES_MAX = 64 * 1024

/** An open socket. */
interface Open {
  readonly identity: Identity
  readonly session: Session
  readonly socket: Socket
}

export interface LiveOptions {
  readonly service: Service
  readonly feed: Feed
  readonly door: Door
  readonly allowances: Allowances
  readonly clock: () => number
  readonly timers: Timers
  readonly log: Log
}

export class LiveSockets implements LiveDoor {
  readonly #options: LiveOptions
  readonly #open: Set<Socket> = new Set()
  #isClosing = false

  constructor(options: LiveOptions) {
    this.#options = options
  }

  get isClosing(): boolean {
    return this.#isClosing
  }

  async admit(headers: Headers, door: Door = this.#options.door): Promise<Identity | { readonly problem: Refused }> {
    const refusal = checkGate(door.gate, headers.get('host'), headers.get('origin'))
    if (refusal !== null) return { problem: refusal }
    if (this.#isClosing) return { problem: { code: 'hub.unavailable', retryAfterMs: 1000 } }
    try {
      return await door.auth(withLiveToken(headers))
    } catch (error) {
      this.#options.log.error({ code: 'hub.fault', error }, 'a sign-in could not be checked')
      return { problem: refused('hub.fault') }
    }
  }

  open(identity: Identity, socket: Socket): Line {
    const { allowances, feed, timers } = this.#options
    const { account } = identity
    const session = new Session({
      send: (text) => {
        allowances.spend(identity, Buffer.byteLength(text))
        socket.send(text)
      },
      isLimited: () => allowances.refuses(identity) !== null,
      buffered: () => socket.buffered(),
      overflow: () => socket.close(TRY_AGAIN_LATER, 'come back later'),
    })
    this.#open.add(socket)
    feed.join(account, session)
    const expiry = this.#expire(identity, socket)
    return {
      receive: (frame) => this.#receive({ identity, session, socket }, frame),
      closed: () => {
        timers.clear(expiry)
        this.#open.delete(socket)
        feed.leave(account, session)
      },
    }
  }

  close(): void {
    this.#isClosing = true
    for (const socket of this.#open) socket.close(GOING_AWAY, 'the hub is about to restart')
  }

  /** Closes the socket when its sign-in expires; the device opens another with a new sign-in. */
  #expire({ expiresAtMs }: Identity, socket: Socket): unknown {
    const { clock, timers } = this.#options
    if (expiresAtMs === undefined) return null
    return timers.set(() => socket.close(POLICY_VIOLATION, 'the sign-in has ended'), Math.min(expiresAtMs - clock(), TIMER_MAX_MS))
  }

  #receive({ identity, session, socket }: Open, bytes: Uint8Array): void {
    const { allowances, service } = this.#options
    const limit = allowances.refuses(identity)
    allowances.spend(identity, bytes.length)
    if (limit !== null && bytes.length > LIMITED_BYTES_MAX) return socket.close(TRY_AGAIN_LATER, 'more than its share')
    const parsed = parse(bytes)
    const frame = parsed.ok ? decodeLiveFrame(parsed.value) : parsed
    if (!frame.ok || frame.value.type !== 'request') return socket.close(PROTOCOL_ERROR, 'not a request')
    const { id, path, body } = frame.value
    if (limit !== null) return session.refuse(this.#problem(id, limit))
    const isPush = path === 'push'
    if (!session.asked(isPush)) return session.refuse(this.#problem(id, LIMITED))
    const admitted = allowances.admit(identity, path)
    service.ask(path, identity.account, body, (reply) => {
      admitted.cost(workOf(reply))
      this.#reply(session, id, isPush, reply)
    })
  }

  #reply(session: Session, id: string, isPush: boolean, reply: Reply): void {
    if (reply.type === 'answer') return session.answer(answerFrame(id, 200, reply.text), isPush, reply.stands)
    session.answer(this.#problem(id, reply.problem), isPush, undefined)
  }

  #problem(id: string, refusal: Refused): string {
    const problem = problemOf(refusal, this.#options.service.epoch)
    return answerFrame(id, problem.status, JSON.stringify(problem))
  }
}

/** The headers with the token of a page's socket, which is among the subprotocols, as a bearer token. */
function withLiveToken(headers: Headers): Headers {
  const token = headers.get('authorization') === null ? liveTokenIn(headers.get('sec-websocket-protocol')) : null
  return token === null ? headers : { get: (name) => (name.toLowerCase() === 'authorization' ? `Bearer ${token}` : headers.get(name)) }
}
