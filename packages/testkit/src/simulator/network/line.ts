/**
 * A device's way to the hub: the transport that its sync runner is given.
 *
 * Most exchanges go as messages: the codec on both sides and JSON text between them. Some go through HTTP as it is shipped (http.ts), and so
 * does every one that a fault of HTTP hits. Either way each message makes its journey through the weather.
 */
import { decodeProblem, decodePullRequest, encodePullRequest, type Json, type Wire } from '@tombolo/core'
import type { Exchange, RequestOptions, RequestPath, Socket, SocketHandlers, Transport } from '@tombolo/client/testing'
import type { Life } from '../device/life.ts'
import type { Said } from '../hub/site.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Dice } from '../random.ts'
import { listenTo } from './frames.ts'
import { HttpWay } from './http.ts'
import { SimulatedSocket } from './socket.ts'
import { answerWords, requestWords } from './words.ts'
import type { LineOwner, Parcel, Way } from './way.ts'
import type { Weather } from './weather.ts'

export class Line implements Way {
  readonly weather: Weather
  readonly world: Surroundings
  readonly owner: LineOwner
  readonly dice: Dice
  /** Counts requests of this device, in the order in which they were sent. */
  sent = 0
  /** Pages of records, not of the log, that have come. */
  recordPages = 0
  /** The latest of them that has reached the hub. */
  arrived = 0
  /** Exchanges under way, by the signals that would end them. */
  readonly #underWay = new Set<AbortSignal>()
  readonly #http: HttpWay
  #overtakenAgainMs = 0
  readonly #sockets = new Set<SimulatedSocket>()

  constructor(world: Surroundings, owner: LineOwner, weather: Weather) {
    this.world = world
    this.owner = owner
    this.weather = weather
    this.dice = world.dice(`network ${owner.name}`)
    this.#http = new HttpWay(this)
  }

  /** The transport of one run of the device. */
  transport(life: Life): Transport {
    const overHttp = this.#http.request(life)
    return {
      request: async (path, shipped, options) => {
        const body = path === 'pull' ? this.#withSmallPages(shipped) : shipped
        this.world.coverage.attempts++
        this.world.trace.note(this.owner.name, `asks ${path}`, () => requestWords(path, body))
        this.#underWay.add(options.signal)
        this.world.bounds.exchange(this, path === 'pull' ? cursorOf(body) : null)
        this.owner.listener().asks(path, body)
        const isPlain = path === 'poll' || !this.#http.isWanted()
        const exchange = await (isPlain ? this.#message(life, path, body, options) : overHttp(path, body, options))
        this.#underWay.delete(options.signal)
        if (exchange.type === 'answered' || exchange.type === 'problem') this.world.coverage.answered++
        if (exchange.type === 'problem') {
          this.world.chains.hears(this.owner.name, exchange.problem.code)
          this.owner.listener().refused(path, body, exchange.problem)
        }
        if (exchange.type === 'answered') this.owner.listener().hears(path, body, exchange.body)
        if (exchange.type === 'answered') this.#noteAnswer(path, exchange.body as Json)
        this.world.trace.note(this.owner.name, path, () => `${exchange.type} ${exchangeWords(path, exchange)}`)
        return exchange
      },
      openLive: (handlers) => this.#openLive(life, handlers),
    }
  }

  #withSmallPages(body: Wire): Wire {
    const request = decodePullRequest(body)
    const { pageBytes } = this.world.plan
    return request.ok && request.value.bytesMax > pageBytes ? encodePullRequest({ ...request.value, bytesMax: pageBytes }) : body
  }

  /** How many exchanges are under way that the device has not given up. */
  get inFlight(): number {
    let count = 0
    for (const { aborted } of this.#underWay) if (!aborted) count++
    return count
  }

  /** The process is dead, and nobody waits for anything. */
  forget(): void {
    this.#underWay.clear()
    this.cutSockets()
  }

  /** Breaks every socket: the hub's process, or the signal, is gone. */
  cutSockets(): void {
    for (const socket of this.#sockets) socket.cut()
    this.#sockets.clear()
  }

  send(parcel: Parcel): void {
    const { weather, world, dice } = this
    const { direction, bytes, isVerdict = false } = parcel
    if (!weather.isUp) return dice.chance(NO_ROUTE_SHARE) ? void world.agenda.after(dice.roll() * NO_ROUTE_MS, parcel.fail) : undefined
    if (weather.partitioned.has(direction)) return world.coverage.meets('partition')
    if (world.mayHappen(direction === 'out' ? 'request dropped' : 'answer dropped', dice, DROP_SHARE))
      return world.coverage.meets(direction === 'out' ? 'request dropped' : 'answer dropped')
    const { ms, isLost, narrowedMs } = weather.journey(bytes)
    if (isLost) return
    if (narrowedMs > SLOW_MS) world.coverage.meets('bandwidth')
    const delayMs = world.mayHappen('delayed', dice, isVerdict ? VERDICT_DELAY_SHARE : DELAY_SHARE) ? delayOf(dice) : 0
    if (delayMs > 0 && isVerdict) this.#mayBeOvertaken()
    const saves = this.owner.saves()
    const { sent } = this
    const wasClogged = weather.isClogged
    weather.unclogged(() => {
      if (wasClogged) world.coverage.meets('swizzle-clog')
      world.agenda.after(ms + delayMs, () => {
        if (delayMs > 0 && (this.owner.saves() > saves || this.sent > sent)) world.coverage.meets('delayed')
        parcel.deliver()
      })
    })
  }

  /** A request reaches the hub, perhaps twice, perhaps behind one that was sent later. */
  reach(number: number, deliver: () => void): void {
    const { world, dice } = this
    if (world.mayHappen('reordered', dice, REORDER_SHARE)) {
      world.agenda.after(2_000 + dice.wait(40_000), () => {
        if (this.arrived > number) world.coverage.meets('reordered')
        deliver()
      })
      return
    }
    this.arrived = Math.max(this.arrived, number)
    deliver()
    if (!world.mayHappen('duplicated', dice, DUPLICATE_SHARE)) return
    world.agenda.after(dice.wait(10_000), () => {
      if (!world.hub.isUp) return
      world.coverage.meets('duplicated')
      deliver()
    })
  }

  /** Now and then, while this waits for its verdicts, others write, and what they write reaches it first. */
  #mayBeOvertaken(): void {
    const { agenda, crowd } = this.world
    const account = this.world.accountOf(this.owner.token())
    if (account === null || agenda.nowMs < this.#overtakenAgainMs) return
    this.#overtakenAgainMs = agenda.nowMs + this.dice.wait(OVERTAKEN_EACH_MS)
    crowd.meet(account)
  }

  #message(life: Life, path: RequestPath, body: Wire, { timeoutMs, signal }: RequestOptions): Promise<Exchange> {
    if (signal.aborted) return Promise.resolve({ type: 'aborted' })
    const { world } = this
    const sentAtMs = world.agenda.nowMs
    return new Promise((resolve) => {
      let isOver = false
      const end = (exchange: Exchange): void => {
        if (isOver) return
        isOver = true
        cancelTimer()
        signal.removeEventListener('abort', giveUp)
        resolve(exchange)
      }
      const giveUp = (): void => end({ type: 'aborted' })
      const fail = (): void => life.comes(() => end({ type: 'network' }))
      const cancelTimer = life.setTimer(() => end({ type: 'timeout' }), timeoutMs)
      signal.addEventListener('abort', giveUp)
      const text = JSON.stringify(body)
      const answered = ({ status, text: said }: Said): void => {
        const deliver = (): void =>
          life.comes(() => end(exchangeOf(status, said, { bytes: text.length + said.length, durationMs: world.agenda.nowMs - sentAtMs })))
        this.send({ direction: 'in', bytes: said.length, isVerdict: path === 'push', deliver, fail })
      }
      const number = ++this.sent
      const deliver = (): void => this.reach(number, () => this.#ask(path, text, answered))
      this.send({ direction: 'out', bytes: text.length, deliver, fail })
    })
  }

  #ask(path: RequestPath, text: string, answered: (said: Said) => void): void {
    const { world, owner } = this
    const account = world.accountOf(owner.token())
    world.wire.overhears(path, account, text)
    if (account === null) return answered(world.expired())
    world.hub.ask(path, account, text, answered)
  }

  #openLive(life: Life, handlers: SocketHandlers): Socket {
    this.world.coverage.attempts++
    const listener = listenTo(this.world, this.owner, (path, answer) => this.#noteAnswer(path, answer))
    const socket: SimulatedSocket = new SimulatedSocket(this, life, handlers, () => this.#sockets.delete(socket), listener)
    this.#sockets.add(socket)
    if (this.owner.isSocketless) this.world.agenda.after(REFUSED_MS, () => socket.cut())
    else socket.open()
    return socket
  }

  #noteAnswer(path: RequestPath, answer: Json): void {
    if (path === 'pull' && bringsRecords(answer)) this.recordPages++
  }
}

/** A page is a tuple, whose eleventh member says what it brings (docs/spec/protocol.md). */
function cursorOf(body: Wire): string | null {
  const request = decodePullRequest(body)
  return request.ok ? request.value.cursor : null
}

const bringsRecords = (page: Json): boolean => Array.isArray(page) && page[10] === 1

function exchangeWords(path: RequestPath, exchange: Exchange): string {
  if (exchange.type === 'problem') return exchange.problem.code
  return exchange.type === 'answered' ? answerWords(path, exchange.body as Json) : ''
}

/** What comes as messages comes whole, so it is what the hub said. */
function exchangeOf(status: number, text: string, measured: { readonly bytes: number; readonly durationMs: number }): Exchange {
  const body = JSON.parse(text) as Json
  if (status === 200) return { type: 'answered', body, ...measured }
  const problem = decodeProblem(body)
  return problem.ok ? { type: 'problem', problem: problem.value, ...measured } : { type: 'not-the-hub' }
}

/** Longer than anybody waits, or as long as others need to get ahead. */
const delayOf = (dice: Dice): number => (dice.chance(0.5) ? 5_000 + dice.wait(20_000) : dice.wait(4_000))

/** Without signal most attempts fail at once, and some wait for nothing. */
const NO_ROUTE_SHARE = 0.8
const NO_ROUTE_MS = 200
const SLOW_MS = 2_000
/** After which a proxy says no to a socket. */
const REFUSED_MS = 100
const DROP_SHARE = 0.02
const DELAY_SHARE = 0.1
const VERDICT_DELAY_SHARE = 0.3
/** Seldom, for those who meet then push as well. */
const OVERTAKEN_EACH_MS = 48 * 3_600_000
const REORDER_SHARE = 0.02
const DUPLICATE_SHARE = 0.02
