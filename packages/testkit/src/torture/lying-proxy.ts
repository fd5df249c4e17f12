/** A proxy between a device and its hub, which passes everything on as it is until it is told a lie to tell instead. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** What the hub answered. */
export interface HubAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What a lie has at hand. */
export interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly response: ServerResponse
  /** The connection of the device. */
  readonly socket: Socket
  /** Asks the hub, by default what the device asked. */
  readonly ask: (headers?: IncomingHttpHeaders, body?: Buffer) => Promise<HubAnswer>
  /** The first true answer that this proxy passed on for the path; what a cache would have. */
  readonly cached: HubAnswer | undefined
}

/** Answers in place of the hub. */
export type HttpLie = (asked: Asked) => Promise<void> | void
/** Comes between the two ends of a live socket that was true until now. */
export type SocketLie = (device: Duplex, hub: Duplex) => void

export class LyingProxy {
  /** What is told over HTTP, to a device that has no live socket meanwhile. Null: the truth. */
  lie: HttpLie | null = null
  /** How often a lie was told. */
  told = 0
  readonly #hubPort: number
  readonly #cache = new Map<string, HubAnswer>()
  readonly #sockets = new Set<Duplex>()
  /** Live sockets over which the hub has said something: each with the device's end. */
  readonly #live = new Map<Duplex, Duplex>()
  readonly #server = createServer((incoming, response) => void this.#pass(incoming, response))
  readonly #listeners = new Set<() => void>()

  constructor(hubPort: number) {
    this.#hubPort = hubPort
    this.#server.on('connection', (socket) => this.#track(socket))
    this.#server.on('upgrade', ({ url, headers }, socket: Duplex, head: Buffer) => this.#upgrade(url ?? '', headers, socket, head))
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/sync`
  }

  close(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  cutLive(): void {
    for (const device of this.#live.values()) device.destroy()
  }

  /** Tells a lie on the live socket, as soon as there is one. */
  async tellLive(lie: SocketLie): Promise<void> {
    while (this.#live.size === 0) await this.#news()
    for (const [hub, device] of this.#live) {
      hub.unpipe(device)
      device.unpipe(hub)
      lie(device, hub)
    }
    this.#tell()
  }

  /** Resolves when a lie was told this often. */
  async hasTold(times: number): Promise<void> {
    while (this.told < times) await this.#news()
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '', headers, socket } = incoming
    try {
      const body = await whole(incoming)
      const ask: Asked['ask'] = (otherHeaders = headers, otherBody = body) => this.#ask(path, otherHeaders, otherBody)
      const { lie } = this
      if (lie !== null) {
        await lie({ path, headers, body, response, socket, ask, cached: this.#cache.get(path) })
        return this.#tell()
      }
      const answer = await ask()
      if (!this.#cache.has(path)) this.#cache.set(path, answer)
      response.writeHead(answer.status, answer.headers).end(answer.body)
    } catch {
      // One of the two ends went away, which is what the other is told.
      socket.destroy()
    }
  }

  #tell(): void {
    this.told += 1
    this.#wake()
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#listeners.add(resolve))
  }

  #wake(): void {
    for (const listener of this.#listeners) listener()
    this.#listeners.clear()
  }

  #ask(path: string, headers: IncomingHttpHeaders, body: Buffer): Promise<HubAnswer> {
    return new Promise((resolve, reject) => {
      const sent = { ...endToEnd(headers), host: `127.0.0.1:${this.#hubPort}`, 'content-length': body.length }
      const asking = request({ host: '127.0.0.1', port: this.#hubPort, path, method: 'POST', headers: sent, agent: false }, (answer) => {
        whole(answer).then((all) => resolve({ status: answer.statusCode ?? 0, headers: endToEnd(answer.headers), body: all }), reject)
      })
      asking.on('error', reject)
      asking.end(body)
    })
  }

  #upgrade(url: string, headers: IncomingHttpHeaders, device: Duplex, head: Buffer): void {
    if (this.lie !== null) return void device.destroy()
    const hub = connect(this.#hubPort, '127.0.0.1', () => {
      const lines = Object.entries({ ...headers, host: `127.0.0.1:${this.#hubPort}` }).map(([name, value]) => `${name}: ${String(value)}`)
      hub.write(`GET ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      hub.write(head)
      hub.pipe(device)
      device.pipe(hub)
    })
    this.#track(hub)
    this.#whenAnswered(hub, () => this.#live.set(hub, device))
    device.on('close', () => hub.destroy())
    hub.on('close', () => {
      this.#live.delete(hub)
      device.destroy()
    })
  }

  /** After the answer to the upgrade comes the answer to the device's hello: then the socket is in use. */
  #whenAnswered(hub: Socket, use: () => void): void {
    let chunks = 0
    hub.on('data', () => {
      if (++chunks !== 2) return
      use()
      this.#wake()
    })
  }

  #track(socket: Duplex): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  }
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Without the headers that concern one connection only. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_ONE_CONNECTION.has(name)))
}

const OF_ONE_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding'])
