/**
 * Writes what a person did, in one transaction over view, outbox and clock. Never waits for a network.
 *
 *   steps ─► draft over what the person sees ─► judge ─► change (unsealed, or sealed at once) ─► rows
 *
 * Autosave folds [P1]: until a change is sealed, further steps of the same person on the same record fold into it, and each save is
 * on disk at once. There is at most one unsealed change in a space, and it concerns one record; any other write seals it first.
 */
import {
  assert,
  base64url,
  type Before,
  canonicalJson,
  checkTextBytes,
  type CollectionDefinition,
  type Content,
  contentText,
  draftOperations,
  EMPTY_RECORD,
  err,
  type Intent,
  intentOfForm,
  isRefusal,
  judge,
  LABEL_LENGTH_MAX,
  mintIntent,
  ok,
  type RecordId,
  type RecordOperations,
  type RecordState,
  type Refusal,
  type Result,
  type SpaceId,
  utf8,
} from '@tombolo/core'
import { linkAll } from './chain.ts'
import { noteSavedAgain } from './discarded.ts'
import { withAsked } from './operations.ts'
import type { OwnChange } from './own-change.ts'
import type { RecordStep } from './port.ts'
import { sealed } from './seal.ts'
import type { StoreState } from './state.ts'
import { staleDecision, type Target, Targets } from './targets.ts'

export interface PersonsWrite {
  readonly space: SpaceId
  readonly steps: readonly RecordStep[]
  readonly intent?: string
  readonly label?: string
  readonly createsSpace?: boolean
  /** The id of the batch that asks for the write. */
  readonly operationId?: string
}

export interface Written {
  readonly intent: Intent
  readonly seq: number
}

/** A write that may be saved, and the unsealed change that it folds into, if there is one. */
interface Plan {
  readonly request: PersonsWrite
  /** Set if the app passed `intent`; otherwise a random one is minted. */
  readonly intent: Intent | null
  readonly form: string | null
  readonly targets: Targets
  readonly into: OwnChange | undefined
}

export class Writer {
  readonly #state: StoreState

  constructor(state: StoreState) {
    this.#state = state
  }

  /** Runs inside a transaction. A refused write changes nothing, but may have sealed the unsealed change. */
  write(request: PersonsWrite): Result<Written, Refusal> {
    const intent = request.intent === undefined ? null : this.#intentOf(request.intent)
    if (request.steps.length === 0) return err({ code: 'change.empty', message: 'There is nothing to save.' })
    if ((request.label?.length ?? 0) > LABEL_LENGTH_MAX)
      return err({ code: 'change.label', message: `A label has at most ${LABEL_LENGTH_MAX} characters.` })
    if (request.createsSpace !== true && this.#state.spaces.find(request.space) === undefined)
      return err({ code: 'space.unknown', message: 'This device does not have that project.' })
    const targets = new Targets(this.#state.schema, this.#state.records, request.space)
    for (const step of request.steps) {
      const refusal = targets.take(step)
      if (refusal !== null) return err(refusal)
    }
    return this.#save(request, intent, targets)
  }

  /** Derives a form's intent from the replica id at its first save, so that it stays the same after a fork. */
  #intentOf(form: string): Intent {
    const { ports, replica, formerReplicas, changes } = this.#state
    const saved = [replica, ...formerReplicas].map((id) => intentOfForm(ports.hash, id, form)).find((intent) => changes.isOwn(intent))
    return saved ?? intentOfForm(ports.hash, replica, form)
  }

  /** Seals the space's unsealed change, also on disk. Runs inside a transaction. */
  seal(space: SpaceId): void {
    this.#close(space)
    linkAll(this.#state, space)
  }

  #close(space: SpaceId): void {
    const { changes } = this.#state
    const { unsealed } = changes.inSpace(space)
    if (unsealed === null) return
    changes.close(sealed(this.#state.ports.hash, unsealed, changes.contentText(unsealed.seq)))
    this.#state.touchSealed()
  }

  #save(request: PersonsWrite, intent: Intent | null, targets: Targets): Result<Written, Refusal> {
    const form = intent === null ? null : this.#formHash(request.steps)
    const saved = intent === null ? undefined : this.#state.changes.byIntent(intent)
    if (saved !== undefined) return saved.form === form ? ok({ intent: saved.intent, seq: saved.seq }) : err(INTENT_USED)
    const into = intent === null ? this.#foldInto(request, targets) : undefined
    if (into === undefined) this.#close(request.space)
    targets.look(into?.seq ?? null)
    const stale = staleDecision(this.#state.ports.hash, targets.list)
    if (stale !== null) return err(stale)
    const plan: Plan = { request, intent, form, targets, into }
    const content = this.#judged(this.#draft(plan), targets)
    if (isRefusal(content)) return err(content)
    const text = contentText(content)
    const tooLarge = checkTextBytes(text)
    return tooLarge === null ? ok(this.#keep(plan, content, text)) : err(tooLarge)
  }

  #judged(draft: Content, targets: Targets): Content | Refusal {
    const before: Before = (collection, id) => targets.find(collection, id as RecordId)?.seen.view
    const judged = judge(this.#state.schema, draft, before, { counted: true })
    return isRefusal(judged) ? judged : { ...draft, operations: judged }
  }

  /** Hashes the steps of a form: saving it twice with the same steps is one intent [P3]. */
  #formHash(steps: readonly RecordStep[]): string {
    return base64url(this.#state.ports.hash(utf8(canonicalJson(steps))))
  }

  #keep(plan: Plan, content: Content, text: string): Written {
    this.#state.room.claim()
    this.#makeSpace(plan.request.space)
    const change = this.#kept(plan, content, text)
    for (const [index, { stored, seen }] of plan.targets.list.entries()) {
      const open = stored.open.includes(change.seq) ? stored.open : [...stored.open, change.seq]
      const operations = content.operations[index]
      assert(operations !== undefined, 'what is judged stands in the order in which it was drafted')
      const written = { ...stored, open, edited: change.stamp }
      this.#state.saveRecord(written, this.#state.records.shownWith(written, seen.view, change, operations))
    }
    this.#state.touchOutbox()
    return { intent: change.intent, seq: change.seq }
  }

  #makeSpace(space: SpaceId): void {
    if (this.#state.spaces.find(space) !== undefined) return
    this.#state.spaces.add(space, true)
    this.#state.touchSpaces()
  }

  /** Saves the change: unsealed if it concerns one record, so that autosave can fold into it; otherwise sealed. */
  #kept({ request, into, form, targets }: Plan, content: Content, text: string): OwnChange {
    const { changes } = this.#state
    if (into !== undefined) {
      const asked = withAsked(into.asked, request.operationId)
      const change = { ...into, stamp: content.stamp, bytes: text.length, asked }
      changes.replace(change, content, text)
      return change
    }
    const change = this.#newChange(content, text, request, form)
    if (form !== null) noteSavedAgain(this.#state, change.intent)
    const isOpen = targets.list.length === 1 && request.intent === undefined
    const kept = isOpen ? change : sealed(this.#state.ports.hash, change, text)
    changes.insert(kept, content, text)
    return kept
  }

  #newChange(content: Content, text: string, request: PersonsWrite, form: string | null): OwnChange {
    return {
      seq: this.#state.changes.nextSeq(),
      space: content.space,
      intent: content.intent,
      status: 'unsealed',
      name: null,
      contentHash: null,
      n: null,
      previous: null,
      attempt: 0,
      offered: false,
      faults: 0,
      park: false,
      version: null,
      nextVersion: null,
      receipt: null,
      refused: null,
      stamp: content.stamp,
      form,
      label: request.label ?? null,
      bytes: text.length,
      savedAt: this.#state.nowMs(),
      asked: withAsked(null, request.operationId),
    }
  }

  #draft({ request, intent, targets, into }: Plan): Content {
    return {
      intent: into?.intent ?? intent ?? mintIntent(this.#state.ports.random),
      stamp: this.#state.mintStamp(),
      space: request.space,
      schemaVersion: this.#state.schema.version,
      label: into?.label ?? request.label ?? null,
      operations: targets.list.map((target) => this.#drafted(target, into)),
    }
  }

  #drafted({ stored, steps, seen: { view, ownWrites } }: Target, into: OwnChange | undefined): RecordOperations {
    const { records, changes, text } = this.#state
    return draftOperations(
      {
        collection: stored.collection,
        record: stored.id,
        view: withTextsOf(records.asWritten(stored, into?.seq ?? null), view, stored.collection),
        ownWrites,
        durableThrough: this.#state.spaces.find(stored.space)?.durable ?? 0,
        unsealed: into === undefined ? undefined : changes.operationsOn(into.seq, stored.id),
        text,
      },
      steps,
    )
  }

  /** The unsealed change that this write folds into, if it concerns the same record. */
  #foldInto(request: PersonsWrite, { list }: Targets): OwnChange | undefined {
    const { unsealed } = this.#state.changes.inSpace(request.space)
    if (unsealed === null || list.length !== 1) return undefined
    if (request.label !== undefined && request.label !== unsealed.label) return undefined
    return list[0]?.stored.open.includes(unsealed.seq) === true ? unsealed : undefined
  }
}

/** Takes texts from a record as written: a record shown by refused changes alone is edited as the screen shows it. */
function withTextsOf(written: RecordState | undefined, view: RecordState | undefined, { fields }: CollectionDefinition): typeof view {
  if (written === undefined) return view
  const texts = Object.entries(written.fields).filter(([field]) => fields[field]?.kind === 'text')
  return { ...(view ?? EMPTY_RECORD), fields: { ...view?.fields, ...Object.fromEntries(texts) } }
}

const INTENT_USED: Refusal = { code: 'intent.used', message: 'This form was already saved with other content.' }
