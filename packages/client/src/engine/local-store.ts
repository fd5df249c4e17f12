/**
 * The local store: the device's source of truth, synchronous with SQLite in the same thread.
 *
 *   a person ──► write · seal · retry · discard · amend ─┐
 *                                                         ├─► one transaction: view + outbox + clock ─► commit ─► live queries
 *   the hub ──► hub-half.ts ─────────────────────────────┘
 *
 * It throws `StorageError` if the disk refuses; nothing has changed then.
 */
import {
  assert,
  checkDefaults,
  err,
  ok,
  type Refusal,
  type Result,
  type SchemaDefinition,
  type SpaceId,
  type TextEditor,
} from '@tombolo/core'
import type { Database } from '../storage/port.ts'
import type { Commit } from './commit.ts'
import { forgetUnfinished } from './export/unfinished.ts'
import type { RecordStep, WriteAnswer } from './port.ts'
import type { Membership } from './membership.ts'
import type { HubHalf } from './hub-half.ts'
import type { OpenPorts } from './open-ports.ts'
import { isOutdated } from './outdated-tables.ts'
import { StoreState } from './state.ts'
import type { StorePorts } from './store-ports.ts'
import type { Repair } from './repair.ts'
import { holdsEdits } from './text-edits.ts'
import { type PersonsWrite, Writer, type Written } from './writer.ts'

export class LocalStore {
  readonly state: StoreState
  readonly #writer: Writer
  #repair: Repair | null = null
  #membership: Membership | null = null
  #hub: HubHalf | null = null

  /**
   * Opens the store in a database and upgrades it to the app's schema. Every write to a record merges the own text edits on top of it, so a
   * store that holds such edits loads its text editor first.
   * @throws SchemaOutdated if a newer version of the app has used the database; SchemaError if a default is not valid.
   */
  static async open(database: Database, schema: SchemaDefinition, { loadText, loadUpgrade, ...ports }: OpenPorts): Promise<LocalStore> {
    checkDefaults(schema)
    const store = new LocalStore(database, schema, ports)
    forgetUnfinished(database)
    if (holdsEdits(store.state)) store.useText(await loadText())
    if (isOutdated(database, schema, store.state.schemaVersion)) {
      const upgrade = await loadUpgrade()
      upgrade.upgradeStore(store.state, (space) => store.#writer.seal(space))
    }
    return store
  }

  private constructor(database: Database, schema: SchemaDefinition, ports: StorePorts) {
    this.state = new StoreState(database, schema, ports)
    this.#writer = new Writer(this.state)
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    return this.state.onCommit(listener)
  }

  /** Sets the text editor. Before this, a change that needs it fails an assertion. */
  useText(text: TextEditor): void {
    this.state.text = text
  }

  /** Sets what retries, discards and amends. Before this, all three fail an assertion. */
  useRepair(Part: typeof Repair): void {
    this.#repair ??= new Part(this.state, this.#writer)
  }

  /** Sets what decides who is in a space. Before this, such a decision fails an assertion. */
  useMembership(Part: typeof Membership): void {
    this.#membership ??= new Part(this.state, this.#writer)
  }

  /** Sets the half that faces the hub. */
  useHub(Part: typeof HubHalf): void {
    this.#hub ??= new Part(this.state, this.#writer)
  }

  /** The half that faces the hub. Before it is set, this fails an assertion. */
  get hub(): HubHalf {
    assert(this.#hub !== null, 'a store hears of the hub when its half for it is loaded')
    return this.#hub
  }

  // ── a person ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Applies a batch once, however often it is asked for: a page asks the next leader again. Callers in this thread pass an empty id. */
  once(operationId: string, work: () => WriteAnswer): WriteAnswer {
    if (operationId === '') return work()
    const known = this.state.operations.find(operationId)
    if (known !== undefined) return known
    const result = this.state.attempt<WriteAnswer>(() => {
      const answer = work()
      if (!answer.ok) return err(answer)
      if (answer.seq === null) this.state.operations.keep(operationId, answer, this.state.ports.nowMs())
      return ok(answer)
    })
    if (!result.ok) return { ok: false, ...result.error }
    this.state.operations.know(operationId, result.value, this.state.ports.nowMs())
    return result.value
  }

  write(request: PersonsWrite): Result<Written, Refusal> {
    return this.state.attempt(() => this.#writer.write(request))
  }

  /** A person's decision about who is in a space. */
  membership<T>(decide: (membership: Membership) => Result<T, Refusal>): Result<T, Refusal> {
    const membership = this.#membership
    assert(membership !== null, 'who is in a space is decided when that part is loaded')
    return this.state.attempt(() => decide(membership))
  }

  /** Seals the unsealed changes of one space or of all spaces, so that they may be sent [P1]. */
  seal(space: SpaceId | null): void {
    this.state.transact(() => {
      for (const known of space === null ? this.state.spaces.all() : [this.state.spaces.get(space)]) this.#writer.seal(known.id)
    })
  }

  retry(seq: number): Result<null, Refusal> {
    return this.state.attempt(() => this.#ways().retry(seq))
  }

  discard(seq: number): Result<null, Refusal> {
    return this.state.attempt(() => this.#ways().discard(seq))
  }

  amend(seq: number, steps: readonly RecordStep[], operationId?: string): Result<Written, Refusal> {
    return this.state.attempt(() => this.#ways().amend(seq, steps, operationId))
  }

  // ── helpers ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #ways(): Repair {
    assert(this.#repair !== null, 'a change is repaired before its ways out are loaded')
    return this.#repair
  }
}
