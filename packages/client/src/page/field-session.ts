/**
 * A field being edited: typed text is on the screen at once, is saved automatically, and is merged with what others write.
 *
 *   ancestor ──typed──► local        the text in the input
 *      │                  ▲
 *   (others)              │ transformed over the edits of others, with the caret
 *      ▼                  │
 *   stored ───────────────┘          the text in the store
 *
 *   input ─► local ─► timer ─► save(ancestor → local) ─► on disk ─► read ─► stored ─► local
 *
 * - A typed character stays in `local` until a person deletes it; a failed save keeps it, reports why, and is tried again.
 * - During a save, text from others waits: only a read after the answer is known to contain what was sent.
 * - A save without an answer is sent again unchanged, under its operation id, before anything else. Only where the page may go is another
 *   sent behind it.
 * - While an input method composes, the input is not touched.
 */
import type { Stop } from '../engine/port.ts'
import type { TomboloError } from './errors.ts'
import { applyDelta, compose, moveCaret, moveOver, type TextDelta, UNCHANGED } from '@tombolo/core'
import { diffText, typedDelta } from '@tombolo/core'

/** The relation between the text of an input and the value of a field. */
export interface FieldKind {
  /** Whether concurrent edits merge; otherwise the later one replaces the other. */
  readonly merges: boolean
  /** Whether a save writes what was typed, into whatever text is there; otherwise it writes the whole text. */
  readonly edits: boolean
  /** Whether two texts represent the same value, such as '1.0' and '1'. */
  readonly same: (a: string, b: string) => boolean
}

/** One save, identified by its operation id. */
export interface FieldSave {
  readonly operationId: string
  readonly from: string
  readonly to: string
  readonly typed: TextDelta
}

export interface FieldPorts {
  readonly newOperationId: () => string
  /** Resolves to null if on disk, to an error if refused with nothing saved. Rejects if the outcome is unknown. */
  readonly save: (save: FieldSave) => Promise<TomboloError | null>
  /** The text in the store, including every answered save; null: no such record. */
  readonly read: () => Promise<string | null>
  readonly startTimer: (run: () => void, delayMs: number) => Stop
  readonly asError: (thrown: unknown) => TomboloError
}

/** A place where the text is shown. */
export interface FieldView {
  /** The selection; null if there is none. */
  readonly selection: () => Selection | null
  /** Shows another text and selection; null: no selection. */
  readonly show: (text: string, selection: Selection | null) => void
}

/** A caret or selected range, in UTF-16 code units. */
export interface Selection {
  readonly start: number
  readonly end: number
}

/** `unsaved`: will be saved automatically in a moment. `failed`: not saved, `error` says why; the next input tries again. */
export type FieldState = 'saved' | 'unsaved' | 'saving' | 'failed'

/** A field's text now, and whether it is saved. */
export interface FieldSnapshot {
  readonly text: string
  readonly state: FieldState
  readonly error: TomboloError | null
}

/** The longest time for which typed text is not on disk: a crash loses no more. */
export const SAVE_AFTER_MS = 300

export class FieldSession {
  readonly #kind: FieldKind
  readonly #ports: FieldPorts
  readonly #views = new Set<FieldView>()
  readonly #listeners = new Set<() => void>()
  #local: string
  #ancestor: string
  #stored: string
  /** The delta from `ancestor` to `local`. */
  #typed: TextDelta = UNCHANGED
  #inFlight: FieldSave | null = null
  /** A save that was sent behind the one in flight, whose answer may come too late. */
  #behind: FieldSave | null = null
  readonly #composing = new Set<FieldView>()
  #error: TomboloError | null = null
  #stopTimer: Stop | null = null
  #saving: Promise<void> | null = null
  #snapshot: FieldSnapshot

  constructor(stored: string, kind: FieldKind, ports: FieldPorts) {
    this.#local = this.#ancestor = this.#stored = stored
    this.#kind = kind
    this.#ports = ports
    this.#snapshot = { text: stored, state: 'saved', error: null }
  }

  /** The same object until something changes. */
  get snapshot(): FieldSnapshot {
    return this.#snapshot
  }

  subscribe(onChange: () => void): Stop {
    const listener = (): void => onChange()
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Adds a place where the text is shown. */
  attach(view: FieldView): Stop {
    this.#views.add(view)
    view.show(this.#local, null)
    return () => {
      this.#views.delete(view)
      this.compositionEnded(view)
    }
  }

  // ── a person ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The input now holds this text. `caret`: its position; null: unknown. */
  input(text: string, caret: number | null = null, from: FieldView | null = null): void {
    const typed = typedDelta(this.#local, text, caret)
    this.#typed = compose(this.#typed, typed)
    this.#local = text
    for (const view of this.#views) if (view !== from) showMoved(view, text, typed)
    if (this.#isDirty) this.#startTimer()
    this.#tell()
  }

  /** An input method begins to compose there; until it ends no input is rewritten. */
  compositionStarted(view: FieldView): void {
    this.#composing.add(view)
  }

  compositionEnded(view: FieldView): void {
    if (!this.#composing.delete(view)) return
    this.#meet()
    if (this.#isDirty) this.#startTimer()
    this.#tell()
  }

  /** Saves unsaved text now: when the field is left or the page is hidden. Resolves when it is on disk or has failed. */
  async flush(): Promise<FieldSnapshot> {
    if (this.#inFlight !== null && this.#error === null) this.#sendBehind()
    do await this.#save()
    while (this.#isDirty && this.#error === null)
    return this.#snapshot
  }

  // ── the store ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The store has this text now. */
  received(stored: string): void {
    this.#stored = stored
    this.#meet()
    this.#tell()
  }

  // ── saving ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #isDirty(): boolean {
    return this.#inFlight !== null || !this.#kind.same(this.#local, this.#ancestor)
  }

  #startTimer(): void {
    this.#stopTimer ??= this.#ports.startTimer(() => {
      this.#stopTimer = null
      if (this.#composing.size === 0) void this.#save()
    }, SAVE_AFTER_MS)
  }

  /** One save at a time; a second call waits for the first. */
  #save(): Promise<void> {
    this.#stopTimer?.()
    this.#stopTimer = null
    if (!this.#isDirty) return Promise.resolve()
    this.#saving ??= this.#saveOnce().finally(() => {
      this.#saving = null
      if (this.#isDirty && this.#error === null) this.#startTimer()
      this.#tell()
    })
    return this.#saving
  }

  async #saveOnce(): Promise<void> {
    const save = (this.#inFlight ??= this.#begin())
    this.#error = null
    this.#tell()
    try {
      const refused = await this.#ports.save(save)
      // If the read fails, the sent text is assumed; the next event of the record corrects it.
      const stored = refused === null ? await this.#ports.read().catch(() => null) : null
      if (this.#behind !== null) await (refused === null ? this.#goOn(this.#behind) : this.#goOnWithout(save, this.#behind))
      else if (refused === null) this.#saved(stored ?? save.to)
      else this.#refused(save, refused)
    } catch (thrown) {
      this.#error = this.#ports.asError(thrown)
    }
  }

  /** Sends what was typed since the save in flight, without its answer: the page may go before that comes. The port keeps the order. */
  #sendBehind(): void {
    if (this.#behind !== null || this.#kind.same(this.#local, this.#ancestor)) return
    this.#behind = this.#begin()
    // Asked for again, under the same operation id, when the one before is answered.
    this.#ports.save(this.#behind).catch(() => undefined)
  }

  /** What was sent behind a save is the one in flight, now that it is on disk. */
  async #goOn(behind: FieldSave): Promise<void> {
    this.#behind = null
    this.#inFlight = behind
    await this.#saveOnce()
  }

  /** What was sent behind a refused save went without its text, which the person still sees: it is typed, and not saved. */
  async #goOnWithout(refused: FieldSave, behind: FieldSave): Promise<void> {
    const error = await this.#ports.save(behind)
    const stored = error === null ? await this.#ports.read().catch(() => null) : null
    this.#behind = null
    if (error !== null) return this.#refused({ ...behind, from: refused.from, typed: compose(refused.typed, behind.typed) }, error)
    const without = moveOver(behind.typed, diffText(refused.to, refused.from), true)
    this.#ancestor = this.#kind.edits ? applyDelta(refused.from, without) : behind.to
    this.#typed = diffText(this.#ancestor, this.#local)
    this.#saved(stored ?? this.#ancestor)
  }

  /** Begins a save. Text typed from now on belongs to the next one. */
  #begin(): FieldSave {
    const save: FieldSave = { operationId: this.#ports.newOperationId(), from: this.#ancestor, to: this.#local, typed: this.#typed }
    this.#ancestor = save.to
    this.#typed = UNCHANGED
    return save
  }

  #saved(stored: string): void {
    this.#inFlight = null
    this.#stored = stored
    this.#meet()
  }

  /** Takes a refused save. Text typed in the meantime has not been refused. */
  #refused(save: FieldSave, error: TomboloError): void {
    this.#inFlight = null
    this.#error = this.#local === save.to ? error : null
    this.#ancestor = save.from
    this.#typed = compose(save.typed, this.#typed)
    this.#meet()
  }

  // ── meeting what others wrote ──────────────────────────────────────────────────────────────────────────────────────────

  #meet(): void {
    if (this.#inFlight !== null || this.#composing.size > 0 || this.#stored === this.#ancestor) return
    if (this.#kind.merges) this.#merge()
    else this.#replace()
  }

  #merge(): void {
    const others = diffText(this.#ancestor, this.#stored)
    const typed = moveOver(this.#typed, others, true)
    this.#show(moveOver(others, this.#typed, false))
    this.#ancestor = this.#stored
    this.#typed = typed
  }

  /** For fields that do not merge: typed text stays until it is saved; otherwise the store's value is shown. */
  #replace(): void {
    const isTyped = !this.#kind.same(this.#local, this.#ancestor)
    this.#ancestor = this.#stored
    if (!isTyped && !this.#kind.same(this.#local, this.#stored)) this.#show(diffText(this.#local, this.#stored))
    this.#typed = diffText(this.#ancestor, this.#local)
  }

  #show(delta: TextDelta): void {
    if (delta.length === 0) return
    this.#local = applyDelta(this.#local, delta)
    for (const view of this.#views) showMoved(view, this.#local, delta)
  }

  #tell(): void {
    if (!this.#isDirty) this.#error = null
    const next: FieldSnapshot = { text: this.#local, state: this.#state(), error: this.#error }
    const { text, state, error } = this.#snapshot
    if (next.text === text && next.state === state && next.error === error) return
    this.#snapshot = next
    for (const listener of this.#listeners) listener()
  }

  #state(): FieldState {
    if (!this.#isDirty) return 'saved'
    if (this.#error !== null) return 'failed'
    return this.#inFlight === null ? 'unsaved' : 'saving'
  }
}

function showMoved(view: FieldView, text: string, delta: TextDelta): void {
  const selection = view.selection()
  view.show(text, selection === null ? null : { start: moveCaret(selection.start, delta), end: moveCaret(selection.end, delta) })
}
