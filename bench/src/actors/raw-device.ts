/** A device by hand: an outbox table that goes a thousand rows at a time, and rows that come in. */
import { once } from 'node:events'
import { type RawData, WebSocket } from 'ws'
import { act } from '../harness/actor.ts'
import { nowMicros } from '../harness/measure.ts'
import { noteOf } from '../notes.ts'
import { newId } from '../raw/note-table.ts'
import { SyncTable } from '../raw/sync-table.ts'
import type { Change, Frame } from '../raw/sync-wire.ts'
import { Sightings } from './sightings.ts'

const AT_ONCE = 1000

let table: SyncTable
let socket: WebSocket
let isSending = false
let received = 0
let progress: () => void = () => undefined
const sightings = new Sightings()

act({
  open: async ({ directory, hub }: { directory: string; hub: string }) => {
    table = new SyncTable(directory)
    socket = new WebSocket(hub)
    socket.on('message', receive)
    await once(socket, 'open')
  },
  queue: ({ count, start }: { count: number; start: number }) =>
    table.write(Array.from({ length: count }, (_, index) => changeOf(start + index))),
  goOnline: sendNext,
  /** Until nothing waits here and so many changes of others have come. */
  reach: ({ count }: { count: number }) =>
    new Promise<void>((resolve) => {
      progress = () => {
        if (received >= count && table.waiting(1).length === 0) resolve()
      }
      progress()
    }),
  /** When the change of this number, counted from 0, was first on the screen. */
  see: (number: number) => sightings.of(number),
  write: ({ number }: { number: number }) => {
    const startedAt = nowMicros()
    table.write([changeOf(number)])
    sendNext()
    return startedAt
  },
  stop: () => socket.close(),
})

function changeOf(number: number): Change {
  const id = newId()
  return { seq: 0, id, h: Date.now() * 1024 + (number % 1024), body: JSON.stringify({ id, ...noteOf(number) }) }
}

/** One batch is on its way at a time. */
function sendNext(): void {
  const changes = isSending ? [] : table.waiting(AT_ONCE)
  if (changes.length === 0) return
  isSending = true
  socket.send(JSON.stringify({ type: 'changes', changes } satisfies Frame))
}

function receive(data: RawData): void {
  const frame = JSON.parse((data as Buffer).toString()) as Frame
  if (frame.type === 'kept') {
    table.forgetUpTo(frame.seq)
    isSending = false
    sendNext()
  } else {
    // On the screen first; nobody waits for this flush.
    sightings.saw(received + frame.changes.length - 1)
    table.keep(frame.changes)
    received += frame.changes.length
  }
  progress()
}
