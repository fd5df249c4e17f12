/** The doors out of `failed`, and out of the outbox before a change was sent: amend and discard [P7]. */
import {
  CHAIN_START,
  chained,
  contentHashOf,
  contentText,
  err,
  nameOf,
  ok,
  type RecordId,
  type RecordOperations,
  type Refusal,
  type Result,
} from '@tombolo/core'
import { linkAll } from './chain.ts'
import type { OwnChange } from './own-change.ts'
import type { RecordStep } from './port.ts'
import type { StoreState } from './state.ts'
import type { Writer, Written } from './writer.ts'

export class Repair {
  readonly #state: StoreState
  readonly #writer: Writer

  constructor(state: StoreState, writer: Writer) {
    this.#state = state
    this.#writer = writer
  }

  /**
   * Discards a failed change, or one that was never offered. One that is sealed leaves an empty change at its n, so that the chain
   * has no hole; one that was offered may be at the hub already, and is discarded after its verdict.
   */
  discard(seq: number): Result<null, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change === undefined || change.status === 'applied') return err({ code: 'change.gone', message: 'This was sent meanwhile.' })
    if (change.status === 'queued' && change.offered)
      return err({ code: 'change.offered', message: 'This is on its way: it can be discarded when the answer is here.' })
    const { operations } = this.#state.changes.content(seq)
    linkAll(this.#state, change.space)
    if (change.status === 'queued') this.#empty(this.#state.changes.get(seq) ?? change)
    else this.#delete(change)
    for (const { collection, record } of operations) this.#leave(collection, record, seq)
    this.#state.touchOutbox()
    return ok(null)
  }

  /** The row of a space remembers the end of its chain before the change that tells of it goes. */
  #delete(change: OwnChange): void {
    this.#state.spaces.save(this.#state.spaces.get(change.space))
    this.#state.operations.outlive(change, this.#state.ports.nowMs())
    this.#state.changes.delete(change.seq)
  }

  /** A new intent with the failed change's operations and `steps` on top, over what is seen now. */
  amend(seq: number, steps: readonly RecordStep[], operationId?: string): Result<Written, Refusal> {
    const change = this.#state.changes.get(seq)
    if (change === undefined || change.status !== 'failed') return err({ code: 'change.gone', message: 'This no longer needs attention.' })
    if (editsText(this.#state.changes.content(seq).operations)) return err(AMENDS_NO_TEXT)
    const before = this.#stepsOf(change)
    this.discard(seq)
    return this.#writer.write({
      space: change.space,
      steps: [...before, ...steps],
      ...(change.label === null ? {} : { label: change.label }),
      ...(operationId === undefined ? {} : { operationId }),
    })
  }

  /** What a change did, as steps that can be drafted anew. */
  #stepsOf(change: OwnChange): RecordStep[] {
    return this.#state.changes.content(change.seq).operations.flatMap(({ collection, record, life, fields }): RecordStep[] => {
      const on = { collection, record }
      if (life === 'deleted') return [{ type: 'delete', ...on }]
      const values: Record<string, Extract<(typeof fields)[number], { kind: 'set' }>['value']> = {}
      const others: RecordStep[] = []
      for (const operation of fields) {
        if (operation.kind === 'set') values[operation.field] = operation.value
        else if (operation.kind === 'increment') others.push({ type: 'increment', field: operation.field, by: operation.by, ...on })
        else if (operation.kind !== 'edit') others.push({ type: operation.kind, field: operation.field, element: operation.element, ...on })
      }
      return [{ type: 'add', values, ...on }, ...others]
    })
  }

  #leave(collectionName: string, record: RecordId, seq: number): void {
    const stored = this.#state.records.load(this.#state.records.collection(collectionName), record)
    if (stored === undefined) return
    const without = (list: readonly number[]): readonly number[] => list.filter((other) => other !== seq)
    this.#state.saveRecord({ ...stored, open: without(stored.open), failed: without(stored.failed) })
  }

  #empty(change: OwnChange): void {
    const { hash } = this.#state.ports
    const content = { ...this.#state.changes.content(change.seq), operations: [] }
    const text = contentText(content)
    const contentHash = contentHashOf(hash, text)
    this.#state.changes.replaceSealed(
      { ...change, contentHash, name: nameOf(change.intent, contentHash), bytes: text.length, form: null },
      content,
      text,
    )
    this.#relink(change)
  }

  /** What follows an altered change in the chain has not been offered either: its links are made again. */
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
}

/** What an edit made of the text is known only where it stands; amending would drop it. */
const editsText = (operations: readonly RecordOperations[]): boolean =>
  operations.some(({ fields }) => fields.some(({ kind }) => kind === 'edit'))

const AMENDS_NO_TEXT: Refusal = { code: 'change.amend', message: 'A text was edited here: send it again as it is, or export it first.' }
