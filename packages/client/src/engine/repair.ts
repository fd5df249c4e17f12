/**
 * The doors out of `failed`, and out of the outbox before a change was sent: retry, amend and discard [P7].
 *
 *   retry     the same again; with what it stands on, where that was refused too. What cannot stand any more is amended with nothing
 *   amend     a new intent: what was refused, drafted anew over what is seen now, and the person's steps on top
 *   discard   gone; an edit of a text that stood on it, and that the hub would refuse for that, fails at once, with its words
 */
import { canRetry, CHAIN_START, chained, err, ok, type RecordOperations, type Refusal, type Refused, type Result } from '@tombolo/core'
import { linkAll } from './chain.ts'
import { noteDiscarded } from './discarded.ts'
import type { OwnChange } from './own-change.ts'
import type { TextWrite } from './own-texts.ts'
import type { RecordStep } from './port.ts'
import type { StoredRecord } from './stored-record.ts'
import { redrafted } from './redraft.ts'
import type { Sender } from './sender.ts'
import type { StoreState } from './state.ts'
import { leftWithout, withWhatItStandsOn, wouldStand } from './text-standing.ts'
import type { Writer, Written } from './writer.ts'

export class Repair {
  readonly #state: StoreState
  readonly #writer: Writer
  readonly #sender: Sender

  constructor(state: StoreState, writer: Writer, sender: Sender) {
    this.#state = state
    this.#writer = writer
    this.#sender = sender
  }

  retry(seq: number): Result<Written, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change === undefined || !canRetry(change)) return err(CANNOT_RETRY)
    const together = withWhatItStandsOn(this.#state, change)
    if (!together.every(canRetry) || !wouldStand(this.#state, together)) return this.#redo(change, together, [])
    for (const one of together) this.#sender.retry(one.seq)
    return ok({ intent: change.intent, seq })
  }

  /** A new intent with the failed change's operations and `steps` on top, over what is seen now. */
  amend(seq: number, steps: readonly RecordStep[], operationId?: string): Result<Written, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change === undefined || change.status !== 'failed') return err({ code: 'change.gone', message: 'This no longer needs attention.' })
    return this.#redo(change, withWhatItStandsOn(this.#state, change), steps, operationId)
  }

  /**
   * Discards a failed change, or one that was never offered, whose place in the chain the next one takes. One that was offered may be
   * at the hub already, and is discarded after its verdict.
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

  /** The newest first: what goes leaves nothing behind that would stand on it. */
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

  /** The row of a space remembers the end of its chain before the change that tells of it goes. */
  #delete(change: OwnChange): void {
    this.#state.spaces.save(this.#state.spaces.get(change.space))
    this.#state.operations.outlive(change, this.#state.ports.nowMs())
    this.#state.changes.delete(change.seq)
    noteDiscarded(this.#state, change.intent)
    if (change.status === 'queued') this.#relink(change)
  }

  /** What follows in the chain has not been offered either: it is linked to what stands before. */
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

  /** What a change wrote into texts, to be kept where something stands on it once the change is gone. */
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

  /** As the hub would, and before it is asked: what nobody has seen leaves the chain. */
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

/** A decision that is made again is not repeated as it was. */
const isDecidedBy = (steps: readonly RecordStep[], old: RecordStep): boolean =>
  old.type === 'resolve' && steps.some((step) => step.record === old.record && fieldsOf(step).includes(old.field))

const fieldsOf = (step: RecordStep): readonly string[] =>
  'values' in step ? Object.keys(step.values) : 'field' in step ? [step.field] : []

const CANNOT_RETRY: Refusal = { code: 'change.retry', message: 'This cannot be retried as it is: amend or discard it.' }
const STOOD_ON_IT: Refused = { code: 'text.depends', message: 'The text that this was written in was discarded.' }
