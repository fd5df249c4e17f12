/**
 * The serving half of a port over a channel: passes requests to an engine and sends its answers back.
 *
 * A request that arrives again while it is being answered is a repetition and is ignored. After `stop` nothing is answered, not even
 * earlier requests: the asking side asks the next engine.
 */
import { unreachable } from '@tombolo/core'
import type { EnginePort, Stop } from '../engine/port.ts'
import { type CallAnswer, type Channel, type EngineCall, type FromEngine, type ToEngine, wireErrorOf } from './channel.ts'

export function serveEngine(engine: EnginePort, channel: Channel): Stop {
  const served = new Served(engine, channel)
  const stopListening = channel.listen((message) => served.receive(message as ToEngine))
  return () => {
    stopListening()
    served.stop()
  }
}

class Served {
  readonly #engine: EnginePort
  readonly #channel: Channel
  readonly #answering = new Set<number>()
  /** Undefined while a watch is starting: it may deliver events, or be stopped, before it returned its stop function. */
  readonly #stops = new Map<number, Stop | undefined>()
  #isStopped = false

  constructor(engine: EnginePort, channel: Channel) {
    this.#engine = engine
    this.#channel = channel
  }

  receive(message: ToEngine): void {
    switch (message.type) {
      case 'call':
        return void this.#answer(message.id, message.call)
      case 'watch':
        return this.#begin(message.id, (id) => this.#engine.watch(message.request, (event) => this.#tell(id, { type: 'event', id, event })))
      case 'status':
        return this.#begin(message.id, (id) => this.#engine.status((status) => this.#tell(id, { type: 'status', id, status })))
      case 'stop':
        return this.#end(message.id)
      default:
        return unreachable(message)
    }
  }

  stop(): void {
    this.#isStopped = true
    for (const id of this.#stops.keys()) this.#end(id)
  }

  async #answer(id: number, call: EngineCall): Promise<void> {
    if (this.#answering.has(id)) return
    this.#answering.add(id)
    try {
      const answer = await carryOut(this.#engine, call)
      this.#send({ type: 'answer', id, answer })
    } catch (error) {
      this.#send({ type: 'error', id, error: wireErrorOf(error) })
    } finally {
      this.#answering.delete(id)
    }
  }

  #begin(id: number, begin: (id: number) => Stop): void {
    if (this.#stops.has(id)) return
    this.#stops.set(id, undefined)
    const stop = begin(id)
    if (this.#stops.has(id)) this.#stops.set(id, stop)
    else stop()
  }

  #end(id: number): void {
    const stop = this.#stops.get(id)
    this.#stops.delete(id)
    stop?.()
  }

  #tell(id: number, message: FromEngine): void {
    if (this.#stops.has(id)) this.#send(message)
  }

  #send(message: FromEngine): void {
    if (!this.#isStopped) this.#channel.send(message)
  }
}

async function carryOut(engine: EnginePort, call: EngineCall): Promise<CallAnswer> {
  switch (call.method) {
    case 'open':
      return engine.open()
    case 'read':
      return engine.read(call.request)
    case 'write':
      return engine.write(call.batch)
    case 'close':
      await engine.close()
      return undefined
    default:
      return unreachable(call)
  }
}
