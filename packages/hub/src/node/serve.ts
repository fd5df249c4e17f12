/** The hub on Node: HTTP by @hono/node-server, live sockets by ws without compression (it costs 35 times the memory of a socket). */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { LIVE_PROTOCOL, PUSH_BYTES_MAX } from '@tombolo/core'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Connection } from '../http/app.ts'
import type { Door } from '../http/door.ts'
import type { Hub } from '../hub.ts'
import type { Line } from '../live/sockets.ts'
import { problemOf, type Refused } from '../problem.ts'
import { type ClientLimits, isOwnAddress, limitClients, limitsWith, timesOf } from './client-limits.ts'

/** What to serve, and where. */
export interface ServeOptions {
  readonly hub: Hub
  /** Handles requests that are not the hub's: the app. */
  readonly elsewhere?: (request: Request) => Promise<Response>
  readonly host: string
  /** The door for this address; by default the hub's own. */
  readonly door?: Door
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Where the defaults do not fit: see `ClientLimits`. */
  readonly limits?: Partial<ClientLimits>
  /** 0 picks a free port. */
  readonly port: number
}

/** A listening server. `close` accepts no new requests and resolves when all accepted ones are answered. */
export interface Serving {
  readonly host: string
  readonly port: number
  readonly close: () => Promise<void>
}

const isOurs = (url: string): boolean => /^https?:\/\/[^/]+\/(sync\/|healthz$)/.test(url)

function connectionOf({ socket }: HttpBindings['incoming'] | Http2Bindings['incoming'], door: Door | undefined): Connection {
  const isNear = isOwnAddress(socket.remoteAddress)
  return door === undefined ? { isNear } : { isNear, door }
}

const LIVE_PATH = '/sync/live'
/** A socket that has not answered a ping by the next one is dead. */
const PING_EVERY_MS = 30_000

/**
 * Serves a hub, and the app beside it, over HTTP and WebSocket.
 * @throws what Node throws when the port is taken.
 * @example
 * async function start(hub: Hub) {
 *   const { port } = await serve({ hub, host: '127.0.0.1', port: 0, elsewhere: serveFiles('dist') })
 *   return port
 * }
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { hub, elsewhere, door, tls } = options
  const route = (request: Request, { incoming }: HttpBindings | Http2Bindings): Promise<Response> =>
    elsewhere === undefined || isOurs(request.url) ? hub.fetch(request, connectionOf(incoming, door)) : elsewhere(request)
  const listener = getRequestListener(route, { overrideGlobalObjects: false })
  const answer: RequestListener = (request, response) => void listener(request, response)
  const limits = limitsWith(options.limits)
  const server = tls === undefined ? createServer(timesOf(limits), answer) : createTlsServer({ ...tls, ...timesOf(limits) }, answer)
  const unlimit = limitClients(server, limits, (stream) => refuse(stream, TOO_SLOW, hub.epoch()))
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: PUSH_BYTES_MAX,
    // Chosen by name, because another offered subprotocol may be a token, which must not be echoed.
    handleProtocols: (offered) => (offered.has(LIVE_PROTOCOL) ? LIVE_PROTOCOL : false),
  })
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => refuseBroken(error, stream, hub.epoch()))
  server.on('upgrade', (request, stream, head) => void upgrade(options, sockets, request, stream, head))
  const pinging = keepAlive(sockets)
  const { port } = await listen(server, options)
  const close = async (): Promise<void> => {
    await closeServer(server, sockets, hub, pinging)
    unlimit()
  }
  return { host: options.host, port, close }
}

function listen(server: Server, { host, port }: ServeOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

async function upgrade(
  { hub, door }: ServeOptions,
  sockets: WebSocketServer,
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): Promise<void> {
  stream.on('error', () => stream.destroy())
  const path = (request.url ?? '').split('?')[0]
  if (path !== LIVE_PATH) return refuse(stream, { code: 'path.unknown' }, hub.epoch())
  const identity = await hub.live.admit(headersOf(request), door)
  if ('problem' in identity) return refuse(stream, identity.problem, hub.epoch())
  if (stream.destroyed) return
  sockets.handleUpgrade(request, stream, head, (socket) => attach(socket, (line) => hub.live.open(identity, line)))
}

const headersOf = ({ headers }: IncomingMessage): { get(name: string): string | null } => ({
  get: (name) => {
    const value = headers[name]
    return Array.isArray(value) ? value.join(', ') : (value ?? null)
  },
})

function attach(socket: WebSocket, open: (socket: Parameters<Hub['live']['open']>[1]) => Line): void {
  const line = open({
    send: (text) => socket.send(text),
    buffered: () => socket.bufferedAmount,
    close: (code, reason) => socket.close(code, reason),
  })
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003, 'frames are text')
    else line.receive(data as Buffer)
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => line.closed())
}

/** Refuses with a problem document, like any other request, and does not wait for the client to close its side. */
function refuse(stream: Duplex, refused: Refused, epoch: string): void {
  const problem = problemOf(refused, epoch)
  const body = JSON.stringify(problem)
  stream.end(
    `HTTP/1.1 ${problem.status} Refused\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => stream.destroy(),
  )
}

/** Answers connections that end, time out or are no HTTP before a request exists. Only the parser sees these, not the routes. */
function refuseBroken({ code }: NodeJS.ErrnoException, stream: Duplex, epoch: string): void {
  if (code === 'ECONNRESET' || !stream.writable) return void stream.destroy()
  const isCutOff = code === 'HPE_INVALID_EOF_STATE' || code === 'ERR_HTTP_REQUEST_TIMEOUT'
  const detail = `this is not HTTP/1.1: ${code ?? ''}`
  refuse(stream, isCutOff ? TOO_SLOW : { code: 'message.malformed', detail }, epoch)
}

const TOO_SLOW: Refused = { code: 'message.incomplete', detail: 'the request ended, or slept, before it was whole' }

function keepAlive(sockets: WebSocketServer): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>()
  sockets.on('connection', (socket: WebSocket) => socket.on('pong', () => silent.delete(socket)))
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate()
      else socket.ping()
      silent.add(socket)
    }
  }, PING_EVERY_MS)
  return timer.unref()
}

/** Refuses new requests, answers accepted ones, then closes open connections. */
async function closeServer(server: Server, sockets: WebSocketServer, hub: Hub, pinging: NodeJS.Timeout): Promise<void> {
  clearInterval(pinging)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  await hub.close()
  sockets.close()
  server.closeIdleConnections()
  const impatient = setTimeout(() => server.closeAllConnections(), 2000).unref()
  for (const socket of sockets.clients) socket.terminate()
  await closed
  clearTimeout(impatient)
}
