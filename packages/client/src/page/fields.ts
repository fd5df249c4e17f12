/**
 * The fields open for editing: one session for each, however many inputs show it, kept until its text is on disk.
 *
 * When the last input leaves a session, it is saved. If that fails, the session stays: it is listed in `unsaved`, it is tried again when
 * the store changes, and an input that opens the field again finds its text.
 */
import { type RecordId, type SchemaDefinition, type SpaceId } from '@tombolo/core'
import type { RecordStep, Row, Stop } from '../engine/port.ts'
import { asTomboloError, errorOf, TomboloError } from './errors.ts'
import { type InputField, inputFieldOf } from './field-kinds.ts'
import { type FieldPorts, FieldSession, type FieldSnapshot, type FieldView } from './field-session.ts'
import type { Live, Snapshot } from './live.ts'
import type { NewRecords } from './new-records.ts'
import type { PortClient } from './port-client.ts'

/** Runs a function later; the returned function cancels it. */
export type StartTimer = (run: () => void, delayMs: number) => Stop

/** A field of a record. */
export interface FieldRef {
  readonly collection: string
  readonly id: RecordId
  readonly space: SpaceId
  readonly field: string
}

/** Typed text that is not on disk: only this page has it. */
export interface UnsavedField extends FieldRef {
  readonly text: string
  readonly error: TomboloError
}

interface OpenField {
  readonly ref: FieldRef
  readonly session: FieldSession
  readonly stop: Stop
  users: number
}

const NONE: Snapshot<readonly UnsavedField[]> = { value: [], error: undefined }

export class Fields {
  readonly #client: PortClient
  readonly #schema: SchemaDefinition
  readonly #startTimer: StartTimer
  readonly #open = new Map<string, OpenField>()
  readonly #listeners = new Set<() => void>()
  #unsaved: Snapshot<readonly UnsavedField[]> = NONE
  #stopStatus: Stop | null = null

  readonly #newRecords: NewRecords

  constructor(client: PortClient, schema: SchemaDefinition, startTimer: StartTimer, newRecords: NewRecords) {
    this.#client = client
    this.#schema = schema
    this.#startTimer = startTimer
    this.#newRecords = newRecords
  }

  /** @throws Misuse `field.unknown`, `field.kind` */
  field(ref: FieldRef, row: Readonly<Record<string, unknown>>): Field {
    const input = inputFieldOf(this.#schema, ref.collection, ref.field)
    return new Field(keyOf(ref), input.format(row[ref.field]), {
      find: () => this.#open.get(keyOf(ref))?.session,
      take: (text) => this.#take(ref, input, text),
    })
  }

  /** Text that could not be saved: show it, and ask before the page is closed. */
  get unsaved(): Live<readonly UnsavedField[]> {
    return {
      key: 'unsaved fields',
      get: () => this.#unsaved.value,
      snapshot: () => this.#unsaved,
      subscribe: (onChange) => {
        const listener = (): void => onChange()
        this.#listeners.add(listener)
        return () => void this.#listeners.delete(listener)
      },
    }
  }

  /** Saves all unsaved text: call it before the page is hidden or left. */
  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ session }) => session.flush()))
  }

  #take(ref: FieldRef, input: InputField, text: string): { readonly session: FieldSession; readonly release: Stop } {
    const key = keyOf(ref)
    const open = this.#open.get(key) ?? this.#start(ref, input, text)
    this.#open.set(key, open)
    open.users++
    let isReleased = false
    const release = (): void => {
      if (isReleased) return
      isReleased = true
      open.users--
      queueMicrotask(() => void this.#leave(key, open))
    }
    return { session: open.session, release }
  }

  #start(ref: FieldRef, input: InputField, text: string): OpenField {
    const session = new FieldSession(text, input, this.#portsOf(ref, input))
    const record = this.#client.liveRecord(ref.collection, ref.id)
    const receive = (): void => {
      const row = record.get()
      if (row !== undefined && row !== null) session.received(input.format(row[ref.field]))
    }
    const stops = [record.subscribe(receive), session.subscribe(() => this.#review())]
    receive()
    return { ref, session, users: 0, stop: () => stops.forEach((stop) => stop()) }
  }

  /** Leaves a session. An input that is removed and added again at once keeps it. */
  async #leave(key: string, open: OpenField): Promise<void> {
    if (open.users > 0) return
    const { state } = await open.session.flush()
    if (open.users > 0 || state !== 'saved' || this.#open.get(key) !== open) return
    open.stop()
    this.#open.delete(key)
  }

  #review(): void {
    const failed = [...this.#open.values()].flatMap(({ ref, session: { snapshot } }) => {
      return snapshot.state === 'failed' && snapshot.error !== null ? [{ ...ref, text: snapshot.text, error: snapshot.error }] : []
    })
    this.#unsaved = failed.length === 0 ? NONE : { value: failed, error: undefined }
    for (const listener of this.#listeners) listener()
    this.#watchStatus(failed.length > 0)
  }

  #watchStatus(isNeeded: boolean): void {
    if (isNeeded) this.#stopStatus ??= this.#client.liveStatus().subscribe(() => this.#retryLeft())
    else {
      this.#stopStatus?.()
      this.#stopStatus = null
    }
  }

  /** Retries sessions without inputs. A session with an input is retried by the person's next input. */
  #retryLeft(): void {
    for (const [key, open] of this.#open) if (open.users === 0) void this.#leave(key, open)
  }

  #portsOf(ref: FieldRef, input: InputField): FieldPorts {
    const { collection, id, space, field } = ref
    return {
      newOperationId: () => this.#client.newOperationId(),
      save: async (save) => {
        const steps = input.steps(save)
        if (steps instanceof TomboloError) return steps
        const asked = this.#newRecords.adding(steps.map((step): RecordStep => ({ ...step, collection, record: id })))
        const answer = await this.#client.tryWrite({ type: 'write', space, steps: asked }, save.operationId)
        if (answer.ok) this.#newRecords.saved(asked)
        return answer.ok ? null : errorOf(answer.code, answer.message, answer)
      },
      read: async () => {
        const row: Row | null = await this.#client.record(collection, id)
        return row === null ? null : input.format(row[field])
      },
      // The first letter of a begun record is saved at once, because nothing of the record is on disk before.
      startTimer: (run, delayMs) => this.#startTimer(run, this.#newRecords.has(id) ? 0 : delayMs),
      asError: asTomboloError,
    }
  }
}

const keyOf = ({ collection, id, field }: FieldRef): string => `${collection}/${id}/${field}`

interface Sessions {
  readonly find: () => FieldSession | undefined
  readonly take: (text: string) => { readonly session: FieldSession; readonly release: Stop }
}

/** A field of one record, for an input. It watches the record while somebody subscribes or shows it. */
export class Field {
  /** Equal for the same field of the same record. */
  readonly key: string
  readonly #sessions: Sessions
  readonly #first: FieldSnapshot

  constructor(key: string, text: string, sessions: Sessions) {
    this.key = key
    this.#sessions = sessions
    this.#first = { text, state: 'saved', error: null }
  }

  /** Text, state and error; the same object until something changes. */
  readonly snapshot = (): FieldSnapshot => this.#sessions.find()?.snapshot ?? this.#first

  readonly subscribe = (onChange: () => void): Stop => this.#use((session) => session.subscribe(onChange))

  /** Shows the text in `view`, and keeps it there, until the returned function is called. */
  attach(view: FieldView): Stop {
    return this.#use((session) => session.attach(view))
  }

  /** A person changed the text. `caret`: its position; null: unknown. */
  input(text: string, caret: number | null = null, from: FieldView | null = null): void {
    const { session, release } = this.#sessions.take(this.#first.text)
    session.input(text, caret, from)
    release()
  }

  /** An input method composes in an attached view: no text is rewritten until it ends. */
  compositionStarted(view: FieldView): void {
    this.#sessions.find()?.compositionStarted(view)
  }

  compositionEnded(view: FieldView): void {
    this.#sessions.find()?.compositionEnded(view)
  }

  /** Saves now, or tries again. */
  async flush(): Promise<FieldSnapshot> {
    return (await this.#sessions.find()?.flush()) ?? this.#first
  }

  #use(begin: (session: FieldSession) => Stop): Stop {
    const { session, release } = this.#sessions.take(this.#first.text)
    const stop = begin(session)
    return () => {
      stop()
      release()
    }
  }
}
