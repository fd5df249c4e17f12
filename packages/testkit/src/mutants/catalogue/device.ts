/** Faults of what a device has on its disk, and of its clock. */
import type { Mutant } from '../mutant.ts'

export const DEVICE: readonly Mutant[] = [
  {
    id: 'failed-transaction-committed',
    group: 'L1',
    without: 'view, outbox and clock are written together or not at all',
    file: 'packages/client/src/storage/transact.ts',
    before: `    if (control.inTransaction()) control.rollback()`,
    after: `    if (control.inTransaction()) control.commit()`,
  },
  {
    id: 'save-told-before-it-is-flushed',
    group: 'L2',
    without: 'a save is told only when it is on disk',
    file: 'packages/client/src/engine/state.ts',
    before: `transact<T>(work: () => T, flush: Flush = 'now')`,
    after: `transact<T>(work: () => T, flush: Flush = 'later')`,
  },
  {
    id: 'full-disk-swallowed',
    group: 'L3',
    without: 'a save that does not fit is refused visibly',
    file: 'packages/client/src/engine/write-queue.ts',
    before: `one.resolve({ ok: false, code: error.code, message: error.message })`,
    after: `one.resolve({ ok: true, intent: null, seq: null })`,
  },
  {
    id: 'memory-ahead-of-the-disk',
    group: 'L3',
    without: 'after a failed transaction memory is as before it',
    file: 'packages/client/src/engine/state.ts',
    before: `    this.#lastStamp = lastStamp
    this.#tables = null`,
    after: `    this.#lastStamp = lastStamp`,
  },
  {
    id: 'mirror-cleared-when-offered',
    group: 'L4',
    without: 'the mirror keeps a change until its verdict',
    file: 'packages/client/src/tabs/outbox-keeper.ts',
    before: `filter(({ status }) => status === 'queued' ||`,
    after: `filter(({ status, offered }) => (status === 'queued' && !offered) ||`,
  },
  {
    id: 'gives-up-after-five-faults',
    group: 'L7',
    without: 'nothing leaves the outbox but by a verdict or a person',
    file: 'packages/client/src/engine/sender.ts',
    before: `    this.#state.changes.update({ ...change, faults, park: faults >= PARK_AFTER_FAULTS })`,
    after: `    if (faults >= PARK_AFTER_FAULTS) this.#state.changes.delete(seq)
    else this.#state.changes.update({ ...change, faults })`,
  },
  {
    id: 'failed-push-not-wanted-again',
    group: 'L8',
    without: 'a failed exchange stays wanted',
    file: 'packages/core/src/scheduler/outcome.ts',
    before: `, wanted: true, problem }`,
    after: `, problem }`,
  },
  {
    id: 'clock-not-clamped',
    group: 'N6',
    without: 'the hub clamps a clock that runs ahead',
    file: 'packages/core/src/stamp.ts',
    before: `(raw > stampAt(nowMs + STAMP_AHEAD_MAX_MS) ? stampAt(nowMs) : raw)`,
    after: `(nowMs < 0 ? stampAt(nowMs) : raw)`,
  },
  {
    id: 'clock-not-set-back',
    group: 'N6',
    without: 'a device whose stamp was clamped sets its clock back',
    file: 'packages/client/src/engine/receiver.ts',
    before: `    if (effective >= raw) return
    this.#state.setClockBack(`,
    after: `    if (effective >= raw) return
    this.#state.sawStamp(`,
  },
  {
    id: 'clock-goes-back',
    group: 'N7',
    without: 'the stamps of a device ascend, whatever its clock does',
    file: 'packages/core/src/stamp.ts',
    before: `Math.min(Math.max(last + 1, stampAt(nowMs)), STAMP_MAX)`,
    after: `Math.min(Math.max(last - last + 1, stampAt(nowMs)), STAMP_MAX)`,
  },
  {
    id: 'sealed-bytes-upgraded',
    group: 'S1',
    without: 'a sealed change keeps its bytes when the app is upgraded',
    file: 'packages/client/src/engine/sender.ts',
    before: `content: this.#state.changes.sealedContent(change.seq),`,
    after: `content: this.#state.changes.content(change.seq),`,
  },
  {
    id: 'fold-into-a-sealed-change',
    group: 'N1',
    without: 'what may have been sent is sealed: further edits are another change',
    file: 'packages/client/src/engine/writer.ts',
    before: `    const { unsealed } = this.#state.changes.inSpace(request.space)
    if (unsealed === null || list.length !== 1) return undefined`,
    after: `    const { unsealed: open, queued } = this.#state.changes.inSpace(request.space)
    const unsealed = open ?? [...queued.values()].at(-1) ?? null
    if (unsealed === null || list.length !== 1) return undefined`,
  },
  {
    id: 'edits-fold-over-a-page',
    group: 'S8',
    without: 'a page that changes a record seals what its author is typing',
    file: 'packages/client/src/engine/local-store.ts',
    before: `    if (touches) this.#writer.seal(space)`,
    after: `    if (!touches) this.#writer.seal(space)`,
  },
  {
    id: 'asked-again-done-again',
    group: 'L5',
    without: 'a batch that a tab asks for again, of the next leader, is done once',
    file: 'packages/client/src/engine/local-store.ts',
    before: `    if (known !== undefined) return known`,
    after: `    if (known?.ok === false) return known`,
  },
  {
    id: 'next-leader-not-asked',
    group: 'L6',
    without: 'what a leader that is gone had not answered is asked of the next one',
    file: 'packages/client/src/tabs/relay.ts',
    before: `    for (const call of this.#calls) void call.ask(engine)`,
    after: `    if (this.#subscriptions.size > 0) for (const call of this.#calls) void call.ask(engine)`,
  },
  {
    id: 'followers-never-lead',
    group: 'L6',
    without: 'a tab that follows waits for the lock of the leader, which may be killed',
    file: 'packages/client/src/tabs/machine.ts',
    before: `  if (isLate) return still(state, [{ type: 'unqueue' }])`,
    after: `  if (isLate || (state.stage.type === 'waiting' && state.stage.following !== null)) return still(state, [{ type: 'unqueue' }])`,
  },
]
