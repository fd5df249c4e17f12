import { createHash } from 'node:crypto'
import { type AddressInfo, createServer, type Socket as Connection } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { SocketEnd } from '../transport.ts'
import { connectNode } from './web-socket.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A server that accepts a socket (RFC 6455 §4.2.2), says these bytes, and neither says anything nor closes from then on. */
async function saying(bytes: Buffer): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    ends.push(() => connection.destroy())
    connection.on('error', () => undefined)
    connection.once('data', (request) => accept(connection, request.toString(), bytes))
  })
  ends.push(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sync/live`
}

function accept(connection: Connection, request: string, bytes: Buffer): void {
  const key = /sec-websocket-key: (\S+)/i.exec(request)?.[1] ?? ''
  const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  connection.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${hash}\r\n\r\n`)
  connection.write(bytes)
}

test.each([
  ['noise', Buffer.from('\xff\x13\x37noise', 'latin1')],
  ['a frame of a terabyte', Buffer.from([0x81, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0])],
])('[Q7] a socket that says %s has ended, also when the other side does not close it', async (_name, bytes) => {
  const url = await saying(bytes)
  let isOpened = false
  const end = await new Promise<SocketEnd>((resolve) => {
    connectNode(url, null, { opened: () => (isOpened = true), received: () => undefined, closed: resolve })
  })
  expect([isOpened, end]).toEqual([true, {}])
})
