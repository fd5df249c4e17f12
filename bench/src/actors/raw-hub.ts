/** A server by hand: it keeps each batch in one transaction with a flush, says so, and passes it on to everyone else. */
import type { AddressInfo } from 'node:net'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { act } from '../harness/actor.ts'
import { SyncTable } from '../raw/sync-table.ts'
import type { Frame } from '../raw/sync-wire.ts'

let server: WebSocketServer | null = null

act({
  start: (directory: string) =>
    new Promise<string>((resolve) => {
      const table = new SyncTable(directory)
      const listening = new WebSocketServer({ host: '127.0.0.1', port: 0 })
      server = listening
      listening.on('connection', (socket) => socket.on('message', (data) => take(table, listening, socket, data)))
      listening.on('listening', () => resolve(`ws://127.0.0.1:${(listening.address() as AddressInfo).port}`))
    }),
  stop: () => server?.close(),
})

function take(table: SyncTable, { clients }: WebSocketServer, from: WebSocket, data: RawData): void {
  const text = (data as Buffer).toString()
  const frame = JSON.parse(text) as Frame
  if (frame.type !== 'changes') return
  table.keep(frame.changes)
  from.send(JSON.stringify({ type: 'kept', seq: frame.changes.at(-1)?.seq ?? 0 } satisfies Frame))
  for (const other of clients) if (other !== from) other.send(text)
}
