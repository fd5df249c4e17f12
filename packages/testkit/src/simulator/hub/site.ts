/**
 * Where the hub runs: one process after another on one database, which is SQLite in memory; its images are the backups.
 */
import { createHmac } from 'node:crypto'
import {
  base64url,
  type Cursor,
  type CursorPlace,
  decodeCursor,
  type Json,
  type RecordId,
  type SchemaDefinition,
  type SpaceId,
} from '@tombolo/core'
import { type Effects, type Hub, SILENT, type Storage } from '@tombolo/hub'
import { assembleHub, type Path, problemOf, type Service, storageOn } from '@tombolo/hub/testing'
import type { RequestPath } from '@tombolo/client/testing'
import BetterSqlite3, { type Database, type Statement } from 'better-sqlite3'
import type { Agenda } from '../agenda.ts'
import type { Coverage } from '../coverage.ts'
import { sha256 } from '../hash.ts'
import { over } from '../over.ts'
import type { Dice } from '../random.ts'
import type { Trace } from '../trace.ts'
import { Ledger } from './ledger.ts'

/** What the hub says: a status, and a text that is JSON. */
export interface Said {
  readonly status: number
  readonly text: string
}

export interface Backup {
  readonly atMs: number
  readonly image: Uint8Array
  readonly ledger: Ledger
}

export interface SiteOptions {
  readonly agenda: Agenda
  readonly dice: Dice
  readonly trace: Trace
  readonly coverage: Coverage
  /** Whom a token names now; null: it has expired. */
  readonly accountOf: (token: string) => string | null
  /** The greatest age of a backup that may be put back. */
  readonly restorableMs?: number
}

const KEY = new Uint8Array(32).fill(7)

type Horizons = ReadonlyMap<string, number>

/** No older copy is ever put back, as the hub's operator promises. */
export const RESTORABLE_MS: number = 24 * 60 * 60 * 1000
const HOST = 'hub.test'

export class HubSite {
  ledger: Ledger = new Ledger(sha256)
  readonly backups: Backup[] = []
  /** The epochs that devices could hear of, one after the other. One that had ended comes back with a backup that is older than its end. */
  readonly epochs: string[] = []
  /** Called when it is up again on a copy of its database, which was made then. */
  onPutBack: (copiedAtMs: number) => void = () => undefined
  #putBackTo: number | null = null
  /** Counts processes: a request belongs to the one that took it. */
  process = 0
  /** It keeps deleted records and the log for a short time only. */
  forgets = false
  wasPutBack = false
  /** Called with all that is committed. */
  onCommit: (effects: Effects) => void = () => undefined
  /** Called with answers to pushes. */
  onAnswer: (request: Json, answer: Json) => void = () => undefined
  /** Called with pulls that a page answers; `horizons`: how far each space had forgotten what was deleted, when it was asked. */
  onPage: (request: Json, horizons: Horizons) => void = () => undefined
  /** When epochs began, but for the first. */
  readonly #begunMs = new Map<string, number>()
  readonly #options: SiteOptions
  #db: Database = new BetterSqlite3(':memory:')
  readonly #queries = new Map<string, Statement>()
  #hub: Hub | null = null
  #service: Service | null = null
  #storage: Storage | null = null
  #schema: SchemaDefinition | null = null

  constructor(options: SiteOptions) {
    this.#options = options
  }

  get hub(): Hub {
    if (this.#hub === null) throw new Error('the hub is down')
    return this.#hub
  }

  get storage(): Storage {
    if (this.#storage === null) throw new Error('the hub is down')
    return this.#storage
  }

  get schema(): SchemaDefinition {
    if (this.#schema === null) throw new Error('the hub was never up')
    return this.#schema
  }

  get isUp(): boolean {
    return this.#service !== null
  }

  /** A new process on the database as it is. */
  async start(schema: SchemaDefinition): Promise<void> {
    const { agenda, dice, restorableMs = RESTORABLE_MS } = this.#options
    this.process += 1
    this.#schema = schema
    const storage = this.#witnessed(storageOn(this.#db, { mintEpoch: () => base64url(dice.bytes(9)) }), this.process)
    const { hub, service } = await assembleHub({
      schema,
      storage,
      restorableMs,
      auth: async (headers) => this.#identify(headers.get('authorization')),
      gate: { allowedHosts: new Set([HOST]), allowedOrigins: new Set() },
      key: KEY,
      log: SILENT,
      clock: () => Math.floor(agenda.nowMs),
      random: dice.bytes,
      defer: (run) => void this.#later(run, 0),
      retention: this.forgets ? SHORT : {},
      timers: {
        set: (run, delayMs) => this.#later(run, delayMs),
        clear: (cancel) => (cancel as (() => void) | undefined)?.(),
      },
    })
    this.#hub = hub
    this.#service = service
    this.#storage = storage
    this.epochs.push(hub.epoch())
    this.#options.trace.note('hub', 'is up', () => `process ${this.process}, epoch ${hub.epoch()}`)
    if (this.#putBackTo !== null) this.onPutBack(this.#putBackTo)
    this.#putBackTo = null
  }

  /** The process dies: what it had not committed has not happened, and it answers nobody any more. */
  stop(): void {
    this.process += 1
    this.#hub = null
    this.#service = null
    this.#storage = null
  }

  backUp(): void {
    this.backups.push({ atMs: this.#options.agenda.nowMs, image: this.#db.serialize(), ledger: this.ledger.copy() })
    if (this.backups.length > BACKUPS_MAX) this.backups.shift()
    this.#options.trace.note('operator', 'backs up the hub')
  }

  /** Puts a copy in the place of the database. The hub must be stopped. */
  putBack({ atMs, image, ledger }: Backup): void {
    this.#putBackTo = atMs
    this.#db.close()
    this.#queries.clear()
    this.#db = new BetterSqlite3(Buffer.from(image))
    this.ledger = ledger.copy()
    this.wasPutBack = true
  }

  /** Whether copies of the history before an epoch may still be put back. */
  isYoung(epoch: string): boolean {
    const { agenda, restorableMs = RESTORABLE_MS } = this.#options
    return agenda.nowMs - (this.#begunMs.get(epoch) ?? Number.NEGATIVE_INFINITY) < restorableMs
  }

  /** Up to which version each space has forgotten what was deleted. */
  horizons(): Horizons {
    return new Map(this.#query('SELECT space, horizon FROM space').raw().all() as [string, number][])
  }

  /** Where a cursor of this hub stands. */
  placeOf(cursor: Cursor): CursorPlace | null {
    const place = decodeCursor(cursor, (bytes) => createHmac('sha256', KEY).update(bytes).digest())
    return place.ok ? place.value : null
  }

  /** Whether the record was deleted and forgotten. */
  isGone(space: SpaceId, collection: string, id: RecordId): boolean {
    const found = 'SELECT 1 FROM gone JOIN space ON space.no = gone.space WHERE space.space = ? AND id = ? AND collection = ?'
    return this.#query(found).get(space, Buffer.from(id.replaceAll('-', ''), 'hex'), collection) !== undefined
  }

  /** Up to which version the log of each space was forgotten. */
  logFloors(): readonly { readonly space: SpaceId; readonly floor: number }[] {
    return this.#db.prepare('SELECT space, log_floor AS floor FROM space').all() as { space: SpaceId; floor: number }[]
  }

  /** Answers a message of somebody who showed a token, unless the process ends before. */
  ask(path: Path, account: string, text: string, reply: (said: Said) => void): void {
    const { process } = this
    const request = JSON.parse(text) as Json
    const service = this.#service
    if (service === null) return
    const answers = this.noteRequest(path, request)
    service.ask(path, account, request, (answer) => {
      if (this.process !== process) return
      if (answer.type === 'answer') {
        answers(JSON.parse(answer.text) as Json)
        return reply({ status: 200, text: answer.text })
      }
      const problem = problemOf(answer.problem, service.epoch)
      this.#options.coverage.hears(problem.code)
      reply({ status: problem.status, text: JSON.stringify(problem) })
    })
  }

  /** Whoever listens is told of it; what is to be called with the answer, unless the hub refuses. */
  noteRequest(path: RequestPath, request: Json): (answer: Json) => void {
    if (path === 'push') return (answer) => this.onAnswer(request, answer)
    if (path !== 'pull') return () => undefined
    const horizons = this.horizons()
    return () => this.onPage(request, horizons)
  }

  /** The size of its database. */
  bytes(): number {
    return Number(this.#db.pragma('page_count', { simple: true })) * Number(this.#db.pragma('page_size', { simple: true }))
  }

  /** What each record that is there takes in it. */
  recordBytes(): readonly number[] {
    return this.#db.prepare('SELECT length(CAST(state AS BLOB)) FROM record').pluck().all() as number[]
  }

  #query(sql: string): Statement {
    const known = this.#queries.get(sql) ?? this.#db.prepare(sql)
    this.#queries.set(sql, known)
    return known
  }

  dispose(): void {
    this.#db.close()
  }

  /** Nothing of a process happens once it is dead. */
  #later(run: () => void, delayMs: number): () => void {
    const { process } = this
    return this.#options.agenda.after(delayMs, () => {
      if (this.process === process) run()
    })
  }

  #identify(authorization: string | null): Awaited<ReturnType<Parameters<typeof assembleHub>[0]['auth']>> {
    const account = this.#options.accountOf(authorization?.replace('Bearer ', '') ?? '')
    return account === null ? { problem: { code: 'auth.expired' } } : { account }
  }

  /** The storage, with somebody who writes down each commit and each new epoch. */
  #witnessed(storage: Storage, process: number): Storage {
    const { agenda, coverage } = this.#options
    const transact: Storage['transact'] = async (touch, decide) => {
      if (this.process !== process) throw new Error('the process has ended')
      let decided: ReturnType<typeof decide> | null = null
      await storage.transact(touch, (found) => (decided = decide(found)))
      const effects = decided as ReturnType<typeof decide> | null
      if (effects === null) return
      this.ledger.commits(effects, agenda.nowMs)
      this.onCommit(effects)
      for (const { verdicts } of effects.spaces)
        for (const { outcome } of verdicts) coverage.hears(outcome.type === 'applied' ? 'applied' : outcome.code)
    }
    const renewEpoch: Storage['renewEpoch'] = async (...renewal) => {
      const epoch = await storage.renewEpoch(...renewal)
      this.epochs.push(epoch)
      this.#begunMs.set(epoch, this.#options.agenda.nowMs)
      return epoch
    }
    return over(storage, { transact, renewEpoch })
  }
}

const BACKUPS_MAX = 8
/** In days. */
const SHORT = { deletedDays: 1, logDays: 0.02, historyDays: 1 }
