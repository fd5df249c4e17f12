/**
 * The hub, with which devices sync. `createHub` puts the parts together. Everything it takes from outside (time, chance, keys, the end of a
 * turn) is an argument.
 *
 *   Request ─► gate ─► auth ─► body ─► Service ─► CommitQueue ─► ingest in one transaction ─► answers, then deltas
 *   socket  ─► gate ─► auth ─► frames ──┘                                   pull ─► snapshot ─► page
 */
import {
  base64url,
  checkDefaults,
  inviteId,
  judge,
  memberId,
  type RandomBytes,
  type SchemaDefinition,
  type SpaceId,
  upgradeRecordState,
} from '@tombolo/core'
import { yjsText } from '@tombolo/core/yjs'
import { hashes, sha256 } from './crypto/keys.ts'
import { cursorsWith, receiptsWith } from './crypto/proofs.ts'
import { type Backups, RESTORABLE_MS } from './durable.ts'
import { type Connection, createApp } from './http/app.ts'
import type { Door } from './http/door.ts'
import { type Ledger, repeatLedger } from './ledger/ledger.ts'
import { Allowances, type Rates, RATES } from './limits/rates.ts'
import { Feed } from './live/feed.ts'
import { type LiveDoor, LiveSockets } from './live/sockets.ts'
import type { Timers } from './live/wait.ts'
import type { Log } from './log.ts'
import { type Retention, RETENTION } from './retention/bounds.ts'
import { Maintenance } from './retention/maintenance.ts'
import { Service } from './service.ts'
import type { Storage } from './storage.ts'
import { encodeLog } from './wire.ts'

/**
 * The options of a hub. `gate` and `auth` are its own door; `environment` of `@tombolo/hub/node` provides the clock, randomness and timers
 * of Node.
 */
export interface HubOptions extends Door {
  readonly schema: SchemaDefinition
  readonly storage: Storage
  /**
   * The greatest age of a database copy that may ever be restored, in milliseconds; default a week. Devices keep sent changes for that
   * long, and refill a restored copy from them [P6].
   */
  readonly restorableMs?: number
  /** The backups that may be restored: devices keep sent changes until all of them have these. They replace `restorableMs`. */
  readonly backups?: Backups
  /** What has to stay so after a restore, outside the database: `openLedger` of `@tombolo/hub/node`. */
  readonly ledger?: Ledger
  /** For how long the hub remembers what nobody needs to go on; what is left out stays as in `RETENTION`. */
  readonly retention?: Partial<Retention>
  /** What a device and an account may cost; what is left out stays as in `RATES`. */
  readonly rates?: Partial<Rates>
  /** At least 32 random bytes, kept outside the database. Anyone who has them can forge receipts and cursors. */
  readonly key: Uint8Array
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly random: RandomBytes
  /** Runs its argument at the end of this turn of the event loop: `setImmediate`. */
  readonly defer: (run: () => void) => void
  readonly timers: Timers
}

/** An open hub. `epoch`: the identity of its history. */
export interface Hub {
  /** Answers requests below `/sync`, and `/healthz`. */
  readonly fetch: (request: Request, connection?: Connection) => Promise<Response>
  /** Opens a live socket, or says why not. */
  readonly live: LiveDoor
  readonly epoch: () => string
  /**
   * Forgets now what the hub forgets by itself every six hours: see `Retention`. Fulfils when it has; rejects with what the storage throws.
   */
  readonly maintain: () => Promise<void>
  /** Accepts no new requests; fulfils when every accepted push is answered. The storage stays open. */
  readonly close: () => Promise<void>
}

const FAR: Connection = { isNear: false }

/**
 * Opens a hub on its storage, and upgrades stored records to the schema's version.
 * @throws HubError `schema.older` if a newer schema has used the storage; SchemaError if a default is not valid.
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
  const { hub } = await assembleHub(options)
  return hub
}

/** A hub, and its service, which answers messages without HTTP. */
export async function assembleHub(options: HubOptions): Promise<{ readonly hub: Hub; readonly service: Service }> {
  checkDefaults(options.schema)
  await repeat(options)
  await options.storage.migrate(options.schema.version, (from, collection, record) =>
    upgradeRecordState(options.schema, from, collection, record),
  )
  const { gate, auth, schema, storage, random, clock, defer, log, key, timers } = options
  const feed = new Feed(timers)
  const context = {
    restorableMs: options.restorableMs ?? RESTORABLE_MS,
    backups: options.backups ?? null,
    schema,
    judge: (...[content, before, judgeOptions]: Parameters<typeof judge> extends [unknown, ...infer Rest] ? Rest : never) =>
      judge(schema, content, before, judgeOptions),
    text: yjsText,
    hashes,
    memberId: (space: SpaceId, account: string) => memberId(sha256, space, account),
    inviteId: (secret: string) => inviteId(sha256, secret),
    receipts: receiptsWith(key),
    cursors: cursorsWith(key),
    mintTag: tagsFrom(random),
    encodeLog,
  }
  const service = new Service({
    storage,
    context,
    feed,
    hash: sha256,
    clock,
    mintEpoch: () => base64url(random(EPOCH_BYTES)),
    defer,
    log,
    epoch: await storage.epoch(),
  })
  const maintenance = new Maintenance({
    storage,
    retention: { ...RETENTION, ...options.retention },
    ledger: options.ledger ?? null,
    context: () => ({ ...context, nowMs: clock(), epoch: service.epoch }),
    defer,
    timers,
    log,
  })
  maintenance.start()
  const allowances = new Allowances({ ...RATES, ...options.rates }, clock)
  const sockets = new LiveSockets({ service, feed, door: { gate, auth }, allowances, clock, timers, log })
  const app = createApp({ service, door: { gate, auth }, allowances, clock, isClosing: () => sockets.isClosing, log })
  const hub: Hub = {
    fetch: async (request, connection = FAR) => app.fetch(request, connection),
    live: sockets,
    epoch: () => service.epoch,
    maintain: () => maintenance.run(),
    close: async () => {
      sockets.close()
      feed.close()
      await Promise.all([service.drained(), maintenance.stop()])
    },
  }
  return { hub, service }
}

/** Before anything is served: a database that is older than the ledger was put back [P6]. */
async function repeat({ ledger, storage, random, clock, log }: HubOptions): Promise<void> {
  if (ledger === undefined || !(await repeatLedger(ledger, storage, log))) return
  const from = await storage.epoch()
  const to = await storage.renewEpoch(from, base64url(random(EPOCH_BYTES)), clock())
  log.warn({ from, to }, 'the database is older than its ledger: it has a new epoch')
}

const EPOCH_BYTES = 12
const TAG_BYTES = 6
const TAGS_AT_ONCE = 128

/** Mints a tag for each commit. Random bytes are fetched for many at a time, which costs no more than for one. */
function tagsFrom(random: RandomBytes): () => string {
  let bytes: Uint8Array = new Uint8Array()
  let used = 0
  return () => {
    if (used >= bytes.length) [bytes, used] = [random(TAG_BYTES * TAGS_AT_ONCE), 0]
    used += TAG_BYTES
    return base64url(bytes.subarray(used - TAG_BYTES, used))
  }
}
