/**
 * Thousands of sockets that trickle: some say nothing, some send a head without end, some a body without end, signed in. Meanwhile devices
 * get their answers, the hub's memory is bounded, and in the end the hub has closed every one of these sockets [S7].
 */
import { mkdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { encodeHelloRequest, type ReplicaId } from '@tombolo/core'
import { Child } from './child.ts'
import { freePort } from './free-port.ts'
import { peakMibOf } from './memory.ts'
import type { Programs } from './programs.ts'
import { app } from './schema.ts'
import { tokenOf } from './token.ts'

export interface TrickleOptions {
  readonly sockets: number
  /** A folder of this torture alone. */
  readonly directory: string
  readonly programs: Programs
}

export interface Trickled {
  /** Sockets that were opened, and closed by the hub. */
  readonly sockets: number
  /** How much longer the slowest hundredth of requests took than without such sockets. */
  readonly p99Ratio: number
  /** What the hub's memory grew by at most, in MiB. */
  readonly grownMib: number
}

/** Requests before, and meanwhile at least. */
const REQUESTS = 500
const TRICKLE_EVERY_MS = 2000
const OPEN_AT_ONCE = 100

export async function trickle({ sockets, directory, programs }: TrickleOptions): Promise<Trickled> {
  mkdirSync(join(directory, 'hub'))
  const port = await freePort()
  const hub = new Child(programs.hub, [join(directory, 'hub'), String(port)])
  try {
    await hub.said('ready')
    const device = new GoodDevice(port)
    await device.ask(REQUESTS)
    const before = await device.ask(REQUESTS)
    const mibBefore = peakMibOf(hub.pid)
    const crowd = await Crowd.open(sockets, port)
    const asking = { isOver: false }
    const [meanwhile] = await Promise.all([device.askUntil(asking), crowd.closed().finally(() => (asking.isOver = true))])
    return { sockets: crowd.size, p99Ratio: p99(meanwhile) / p99(before), grownMib: peakMibOf(hub.pid) - mibBefore }
  } finally {
    await hub.kill()
  }
}

const p99 = (durations: readonly number[]): number => durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.99)] ?? 0

/** Says hello, each time over a connection of its own, as a device that comes and goes. */
class GoodDevice {
  readonly #port: number
  readonly #body = JSON.stringify(encodeHelloRequest({ replica: 'A'.repeat(22) as ReplicaId, schema: app }))

  constructor(port: number) {
    this.#port = port
  }

  /** How long each of so many requests took, in milliseconds. */
  async ask(times: number): Promise<readonly number[]> {
    const durations: number[] = []
    while (durations.length < times) durations.push(await this.#askOnce())
    return durations
  }

  async askUntil(end: { readonly isOver: boolean }): Promise<readonly number[]> {
    const durations: number[] = []
    while (!end.isOver || durations.length < REQUESTS) durations.push(await this.#askOnce())
    return durations
  }

  async #askOnce(): Promise<number> {
    const startedAt = performance.now()
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokenOf('ann')}`, connection: 'close' }
    const response = await fetch(`http://127.0.0.1:${this.#port}/sync/hello`, { method: 'POST', headers, body: this.#body })
    if (response.status !== 200) throw new Error(`a device was answered ${response.status} while others trickled`)
    await response.arrayBuffer()
    return performance.now() - startedAt
  }
}

/** What each kind of socket says at first, and then again and again. */
const KINDS = (port: number): readonly (readonly [string, string])[] => {
  const head = `POST /sync/push HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`
  const signedIn = `${head}Authorization: Bearer ${tokenOf('ann')}\r\nContent-Type: application/json\r\n`
  return [
    ['', ''],
    [`${head}X-A: `, 'a'],
    [`${signedIn}Content-Length: 1000000\r\n\r\n[`, ' '],
    [`${signedIn}Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n`, '1\r\n \r\n'],
  ]
}

class Crowd {
  readonly #sockets: readonly Socket[]
  readonly #open: Set<Socket>
  #settle: () => void = () => undefined

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets
    this.#open = new Set(sockets)
    for (const socket of sockets) socket.on('close', () => this.#left(socket))
  }

  static async open(count: number, port: number): Promise<Crowd> {
    const kinds = KINDS(port)
    const sockets: Socket[] = []
    while (sockets.length < count) {
      const next = Array.from({ length: Math.min(OPEN_AT_ONCE, count - sockets.length) }, (_, index) => {
        const [first, again] = kinds[index % kinds.length] ?? ['', '']
        return openOne(port, first, again)
      })
      sockets.push(...(await Promise.all(next)))
    }
    return new Crowd(sockets)
  }

  get size(): number {
    return this.#sockets.length
  }

  /** Resolves when the hub has closed every socket. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      this.#settle = resolve
      for (const socket of this.#sockets) if (socket.destroyed) this.#open.delete(socket)
      if (this.#open.size === 0) resolve()
    })
  }

  #left(socket: Socket): void {
    this.#open.delete(socket)
    if (this.#open.size === 0) this.#settle()
  }
}

function openOne(port: number, first: string, again: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(first)
      const trickling = setInterval(() => socket.write(again), TRICKLE_EVERY_MS)
      socket.on('close', () => clearInterval(trickling))
      resolve(socket)
    })
    socket.on('error', reject)
    // Whatever the hub says last.
    socket.resume()
  })
}
