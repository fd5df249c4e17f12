/** Limits what clients may take of a server: connections, and its patience. The numbers, and how a Node server keeps them. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Connections } from './connections.ts'
import { type Awaited, type ClientExchange, SlowClients } from './slow-clients.ts'

/**
 * What clients may take of a server. Times are in milliseconds.
 * @example const limits: Partial<ClientLimits> = { connections: 50_000 }
 */
export interface ClientLimits {
  /** Connections at a time, live sockets included; default 10,000. Beyond, the one that has been idle longest makes room. */
  readonly connections: number
  /** Of one address; default 1,000. This machine's own are not limited: a proxy in front of the hub has the same for all devices. */
  readonly connectionsPerAddress: number
  /** For the head of a request, and for the handshake of TLS; default 10 s. */
  readonly headMs: number
  /** For a whole request; default a minute, which is what a device on a poor line gives an exchange. */
  readonly requestMs: number
  /** The least average rate of a body that takes longer than `headMs`, and of an answer that takes longer than `requestMs`; default 1,000. */
  readonly bytesPerSecond: number
}

const DEFAULTS: ClientLimits = {
  connections: 10_000,
  connectionsPerAddress: 1000,
  headMs: 10_000,
  requestMs: 60_000,
  bytesPerSecond: 1000,
}
/** How often slow clients are looked for, at least. */
const LOOK_EVERY_MS = 1000

export const limitsWith = (some: Partial<ClientLimits> = {}): ClientLimits => ({ ...DEFAULTS, ...some })

export const isOwnAddress = (address: string | undefined): boolean => /^(::1|(::ffff:)?127\.)/.test(address ?? '')

const lookEveryMs = ({ headMs }: ClientLimits): number => Math.min(LOOK_EVERY_MS, headMs)

/** What Node keeps itself: its own defaults are a minute and five, looked at every half minute. */
export const timesOf = (limits: ClientLimits): ServerOptions & { readonly handshakeTimeout: number } => ({
  headersTimeout: Math.min(limits.headMs, limits.requestMs),
  requestTimeout: limits.requestMs,
  connectionsCheckingInterval: lookEveryMs(limits),
  handshakeTimeout: limits.headMs,
})

/** Keeps the limits that Node does not know. `refuse` answers a request whose body is too slow. Returns a function that stops it. */
export function limitClients(server: Server, limits: ClientLimits, refuse: (stream: Duplex) => void): () => void {
  const { bytesPerSecond, headMs, requestMs } = limits
  const slow = new SlowClients({ bytesPerSecond, graceMs: { body: headMs, answer: requestMs } })
  const sockets = new Map<Peer, Socket>()
  const connections = new Connections<Peer>({ total: limits.connections, perAddress: limits.connectionsPerAddress }, (peer) =>
    sockets.get(peer)?.destroy(),
  )
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    sockets.set(peer, socket)
    socket.once('close', () => {
      sockets.delete(peer)
      connections.closed(peer)
    })
    connections.opened(peer, isOwnAddress(socket.remoteAddress) ? null : (socket.remoteAddress ?? ''))
  })
  server.on('upgrade', ({ socket }: IncomingMessage) => connections.busy(peerOf(socket)))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const peer = peerOf(request.socket)
    const exchange = exchangeOf(request, response, refuse)
    connections.busy(peer)
    slow.watch(exchange)
    response.once('close', () => {
      slow.forget(exchange)
      connections.idle(peer)
    })
  })
  const looking = setInterval(() => slow.look(performance.now()), lookEveryMs(limits)).unref()
  return () => clearInterval(looking)
}

/** Names a connection: with TLS, the socket that was accepted and the one that requests come from are two objects. */
type Peer = string

const peerOf = ({ remoteAddress, remotePort, localAddress }: Socket): Peer => `${remoteAddress} ${remotePort} ${localAddress}`

function exchangeOf(request: IncomingMessage, response: ServerResponse, refuse: (stream: Duplex) => void): ClientExchange {
  const { socket } = request
  const moved = (): number => socket.bytesRead + socket.bytesWritten
  const before = moved()
  return {
    awaited: () => {
      if (response.headersSent) return response.writableFinished ? null : 'answer'
      return request.complete ? null : 'body'
    },
    bytes: () => moved() - before,
    end: (awaited: Awaited) => (awaited === 'body' ? refuse(socket) : socket.destroy()),
  }
}
