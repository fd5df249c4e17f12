/**
 * The hub: what devices sync with. `createHub` puts the parts together; all that is not decided by its arguments (time, chance,
 * keys, the end of a turn) is one of them.
 *
 *   Request ─► gate ─► auth ─► body ─► Service ─► CommitQueue ─► ingest in one transaction ─► answers, then deltas
 *   socket  ─► gate ─► auth ─► frames ──┘                                   pull ─► snapshot ─► page
 */
import { base64url, judge, type RandomBytes, type SchemaDefinition, upgradeRecordState } from '@tombolo/core'
import { yjsText } from '@tombolo/core/yjs'
import { ownerOnly } from './access.ts'
import { hashes } from './crypto/keys.ts'
import { cursorsWith, receiptsWith } from './crypto/proofs.ts'
import { RESTORABLE_MS } from './durable.ts'
import { type Connection, createApp } from './http/app.ts'
import type { Door } from './http/door.ts'
import { Feed } from './live/feed.ts'
import { type LiveDoor, LiveSockets } from './live/sockets.ts'
import type { Timers } from './live/wait.ts'
import type { Log } from './log.ts'
import { Service } from './service.ts'
import type { Storage } from './storage.ts'
import { encodeLog } from './wire.ts'

/**
 * What a hub is made of. `gate` and `auth` are its own door; `environment` of `@tombolo/hub/node` has the clock, chance and timers of
 * Node.
 */
export interface HubOptions extends Door {
  readonly schema: SchemaDefinition
  readonly storage: Storage
  /**
   * How old a copy of the database may be that is ever put back, in milliseconds; a week where it is left out. Devices keep what they
   * have sent for so long, and refill such a copy from it [P6].
   */
  readonly restorableMs?: number
  /** At least 32 random bytes that live outside the database; whoever has them can forge receipts and cursors. */
  readonly key: Uint8Array
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly random: RandomBytes
  /** Runs its argument at the end of this turn of the event loop: `setImmediate`. */
  readonly defer: (run: () => void) => void
  readonly timers: Timers
}

/** A hub that is open. `epoch`: the identity of its history. */
export interface Hub {
  /** Answers below `/sync`, and `/healthz`. */
  readonly fetch: (request: Request, connection?: Connection) => Promise<Response>
  /** Opens a live socket, or says why not. */
  readonly live: LiveDoor
  readonly epoch: () => string
  /** No new requests; fulfils when every push that was taken in has its answer. The storage stays open. */
  readonly close: () => Promise<void>
}

const FAR: Connection = { isNear: false }

/**
 * Opens a hub on its storage, and brings what is stored to the schema's version.
 * @throws HubError `schema.older` when a newer schema has been here.
 * @example
 * const hub = await createHub({
 *   ...environment,
 *   schema: app,
 *   storage: openSqlite({ path: ':memory:', mintEpoch: () => crypto.randomUUID() }),
 *   key: environment.random(32), // in earnest: loadKey('./data/hub.key')
 *   auth: async (headers) => ({ account: bearer(headers) ?? 'nobody' }), // in earnest: jwtAuth({ … })
 *   gate: { allowedHosts: new Set(['hub.example']), allowedOrigins: new Set() },
 *   log: SILENT,
 * })
 * const answer = await hub.fetch(new Request('http://hub.example/healthz', { headers: { host: 'hub.example' } }))
 * answer.status // 200
 * await hub.close()
 */
export async function createHub(options: HubOptions): Promise<Hub> {
  await options.storage.migrate(options.schema.version, (from, collection, record) =>
    upgradeRecordState(options.schema, from, collection, record),
  )
  const { gate, auth, schema, storage, random, clock, defer, log, key, timers } = options
  const feed = new Feed(timers)
  const mint = (bytes: number) => (): string => base64url(random(bytes))
  const context = {
    access: ownerOnly,
    restorableMs: options.restorableMs ?? RESTORABLE_MS,
    schema,
    judge: (...[content, before, judgeOptions]: Parameters<typeof judge> extends [unknown, ...infer Rest] ? Rest : never) =>
      judge(schema, content, before, judgeOptions),
    text: yjsText,
    hashes,
    receipts: receiptsWith(key),
    cursors: cursorsWith(key),
    mintTag: tagsFrom(random),
    encodeLog,
  }
  const service = new Service({ storage, context, feed, clock, mintEpoch: mint(12), defer, log, epoch: await storage.epoch() })
  const sockets = new LiveSockets({ service, feed, door: { gate, auth }, clock, timers, log })
  const app = createApp({ service, door: { gate, auth }, clock, isClosing: () => sockets.isClosing, log })
  return {
    fetch: async (request, connection = FAR) => app.fetch(request, connection),
    live: sockets,
    epoch: () => service.epoch,
    close: () => {
      sockets.close()
      feed.close()
      return service.drained()
    },
  }
}

const TAG_BYTES = 6
const TAGS_AT_ONCE = 128

/** One tag for each commit; asking for chance costs the same for many as for one. */
function tagsFrom(random: RandomBytes): () => string {
  let bytes: Uint8Array = new Uint8Array()
  let used = 0
  return () => {
    if (used >= bytes.length) [bytes, used] = [random(TAG_BYTES * TAGS_AT_ONCE), 0]
    used += TAG_BYTES
    return base64url(bytes.subarray(used - TAG_BYTES, used))
  }
}
