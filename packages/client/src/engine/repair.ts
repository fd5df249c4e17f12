/**
 * The ways out of `failed`, and out of the outbox before a change was sent: retry, amend and discard [P7].
 *
 *   retry     sends the same again, with the refused changes that it builds on; a change that no longer applies is amended without new
 *   steps
 *   amend     makes a new intent: the refused operations, drafted again on the present view, then the person's steps
 *   discard   removes the change; a text edit that built on it, which the hub would refuse, fails at once and keeps its text
 */
import { canRetry, CHAIN_START, chained, err, ok, type RecordOperations, type Refusal, type Refused, type Result } from '@tombolo/core'
import { linkAll } from './chain.ts'
import { noteDiscarded } from './discarded.ts'
import type { OwnChange } from './own-change.ts'
import type { TextWrite } from './own-texts.ts'
import type { RecordStep } from './port.ts'
import type { StoredRecord } from './stored-record.ts'
import { redrafted } from './redraft.ts'
import { Sender } from './sender.ts'
import type { StoreState } from './state.ts'
import { leftWithout, withWhatItStandsOn, wouldStand } from './text-standing.ts'
import type { Writer, Written } from './writer.ts'

export class Repair {
  readonly #state: StoreState
  readonly #writer: Writer
  readonly #sender: Sender

  constructor(state: StoreState, writer: Writer) {
    this.#state = state
    this.#writer = writer
    this.#sender = new Sender(state, (space) => writer.seal(space))
  }

  retry(seq: number): Result<null, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change?.status !== 'failed') return err(GONE)
    if (!canRetry(change)) return err(CANNOT_RETRY)
    const together = withWhatItStandsOn(this.#state, change)
    if (!together.every(canRetry) || !wouldStand(this.#state, together)) {
      return this.#redo(change, together, []).ok ? ok(null) : err(CANNOT_RETRY)
    }
    for (const one of together) this.#sender.retry(one.seq)
    return ok(null)
  }

  /** Makes a new intent from the failed change's operations and `steps`, drafted on the present view. */
  amend(seq: number, steps: readonly RecordStep[], operationId?: string): Result<Written, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change?.status !== 'failed') return err(GONE)
    return this.#redo(change, withWhatItStandsOn(this.#state, change), steps, operationId)
  }

  /**
   * Discards a failed change, or one that was never offered; the next one takes its place in the chain. A change that was offered may be at
   * the hub already, so it can be discarded only after its verdict.
   */
  discard(seq: number): Result<null, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change === undefined || change.status === 'applied') return err({ code: 'change.gone', message: 'This was sent meanwhile.' })
    if (change.status === 'queued' && change.offered)
      return err({ code: 'change.offered', message: 'This is on its way: it can be discarded when the answer is here.' })
    const { operations } = this.#state.changes.content(seq)
    const texts = this.#textsOf(change)
    linkAll(this.#state, change.space)
    this.#delete(this.#state.changes.get(seq) ?? change)
    for (const one of operations) this.#move(one, ({ open, failed }) => ({ open: without(open, seq), failed: without(failed, seq) }))
    for (const keep of texts) keep()
    this.#failWhatStoodOn(change, operations)
    this.#state.touchOutbox()
    return ok(null)
  }

  /** Works from the newest to the oldest, so that no remaining change builds on a deleted one. */
  #redo(
    { space, label }: OwnChange,
    together: readonly OwnChange[],
    steps: readonly RecordStep[],
    operationId?: string,
  ): Result<Written, Refusal> {
    const before = together.flatMap((change) => redrafted(this.#state, change)).filter((step) => !isDecidedBy(steps, step))
    for (const { seq } of together.toReversed()) this.discard(seq)
    return this.#writer.write({
      space,
      steps: [...before, ...steps],
      ...(label === null ? {} : { label }),
      ...(operationId === undefined ? {} : { operationId }),
    })
  }

  /** Deletes a change, after writing the end of the chain to the space's row if the change was its only record. */
  #delete(change: OwnChange): void {
    this.#state.spaces.save(this.#state.spaces.get(change.space))
    this.#state.operations.outlive(change, this.#state.ports.nowMs())
    this.#state.changes.delete(change.seq)
    noteDiscarded(this.#state, change.intent)
    if (change.status === 'queued') this.#relink(change)
  }

  /** Links the changes after a removed one again. None of them has been offered either. */
  #relink(from: OwnChange): void {
    const later = [...this.#state.changes.inSpace(from.space).queued.values()].filter(({ n }) => (n ?? 0) >= (from.n ?? 0))
    let end = { n: (from.n ?? 1) - 1, hash: from.previous ?? CHAIN_START }
    for (const change of later) {
      if (change.contentHash === null) continue
      const previous = end.hash
      end = chained(this.#state.ports.hash, end, change.attempt, change.contentHash)
      this.#state.changes.update({ ...change, n: end.n, previous })
    }
    this.#state.spaces.save({ ...this.#state.spaces.get(from.space), chain: end })
  }

  // ── texts ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Collects what a change wrote into texts, to be kept after its deletion if an edit builds on it. */
  #textsOf(change: OwnChange): (() => void)[] {
    const { texts } = this.#state.records
    return this.#state.changes.content(change.seq).operations.flatMap((one) => {
      const writes = this.#textWrites(one)
      const stored = writes.length === 0 ? undefined : this.#load(one)
      if (stored === undefined) return []
      return writes.flatMap((write) => {
        const entry = texts.entryOf(stored, change, write)
        return entry === null ? [] : [() => texts.keep(this.#load(one) ?? stored, write.field, entry)]
      })
    })
  }

  #textWrites({ collection, fields }: RecordOperations): TextWrite[] {
    const definition = this.#state.records.collection(collection)
    return fields
      .filter((write) => write.kind === 'edit' || write.kind === 'set')
      .filter(({ field }) => definition.fields[field]?.kind === 'text')
  }

  #failWhatStoodOn({ name }: OwnChange, operations: readonly RecordOperations[]): void {
    for (const one of operations) {
      const stored = this.#textWrites(one).length === 0 ? undefined : this.#load(one)
      if (stored !== undefined) for (const { seq } of leftWithout(this.#state, stored, name)) this.#fail(seq)
    }
  }

  /** Fails a change that was never offered and that the hub would refuse. It leaves the chain. */
  #fail(seq: number): void {
    const { changes } = this.#state
    const before = changes.get(seq)
    if (before?.status === 'unsealed') this.#writer.seal(before.space)
    const change = changes.get(seq)
    if (change?.status !== 'queued') return
    changes.update({ ...change, status: 'failed', refused: STOOD_ON_IT, n: null, previous: null })
    this.#relink(change)
    const { operations } = changes.content(seq)
    for (const one of operations) this.#move(one, ({ open, failed }) => ({ open: without(open, seq), failed: [...failed, seq] }))
    this.#failWhatStoodOn(change, operations)
  }

  // ── records ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #load({ collection, record }: RecordOperations): StoredRecord | undefined {
    return this.#state.records.load(this.#state.records.collection(collection), record)
  }

  #move(one: RecordOperations, to: (stored: StoredRecord) => Pick<StoredRecord, 'open' | 'failed'>): void {
    const stored = this.#load(one)
    if (stored !== undefined) this.#state.saveRecord({ ...stored, ...to(stored) })
  }
}

const without = (list: readonly number[], seq: number): readonly number[] => list.filter((other) => other !== seq)

/** Whether the new steps decide the same thing, so that the old step is left out. */
const isDecidedBy = (steps: readonly RecordStep[], old: RecordStep): boolean =>
  old.type === 'resolve' && steps.some((step) => step.record === old.record && fieldsOf(step).includes(old.field))

const fieldsOf = (step: RecordStep): readonly string[] =>
  'values' in step ? Object.keys(step.values) : 'field' in step ? [step.field] : []

const GONE: Refusal = { code: 'change.gone', message: 'This no longer needs attention.' }
const CANNOT_RETRY: Refusal = { code: 'change.retry', message: 'This cannot be retried as it is: amend or discard it.' }
const STOOD_ON_IT: Refused = { code: 'text.depends', message: 'The text that this was written in was discarded.' }
