/**
 * A person's write: one transaction over view, outbox and clock. It never waits for a network.
 *
 *   steps ─► draft over what the person sees ─► judge ─► change (unsealed, or sealed at once) ─► rows
 *
 * Autosave folds [P1]: until a change is sealed, further steps of the same person on the same record fold into it, and each save is
 * on disk at once. There is at most one unsealed change in a space, and it concerns one record; any other write seals it first.
 */
import {
  base64url,
  canonicalJson,
  type CollectionDefinition,
  type Content,
  contentHashOf,
  contentText,
  draftOperations,
  err,
  type Intent,
  intentOfForm,
  isRefusal,
  judge,
  LABEL_LENGTH_MAX,
  mintIntent,
  nameOf,
  ok,
  chained,
  type RecordId,
  type RecordOperations,
  type Refusal,
  type Result,
  type SpaceId,
  CHANGE_BYTES_MAX,
  utf8,
} from '@tombolo/core'
import type { OwnChange } from './changes.ts'
import type { RecordStep } from './port.ts'
import type { StoredRecord } from './records.ts'
import type { StoreState } from './state.ts'

export interface PersonsWrite {
  readonly space: SpaceId
  readonly steps: readonly RecordStep[]
  readonly intent?: string
  readonly label?: string
  readonly createsSpace?: boolean
}

export interface Written {
  readonly intent: Intent
  readonly seq: number
}

/** What a person's steps concern, record by record, in the order in which they were first touched. */
interface Target {
  readonly stored: StoredRecord
  readonly steps: RecordStep[]
}

export class Writer {
  readonly #state: StoreState

  constructor(state: StoreState) {
    this.#state = state
  }

  /** Runs inside a transaction. A refusal has changed nothing. */
  write(request: PersonsWrite): Result<Written, Refusal> {
    const intent = request.intent === undefined ? null : this.#intentOf(request.intent)
    if (request.steps.length === 0) return err({ code: 'change.empty', message: 'There is nothing to save.' })
    if ((request.label?.length ?? 0) > LABEL_LENGTH_MAX)
      return err({ code: 'change.label', message: `A label has at most ${LABEL_LENGTH_MAX} characters.` })
    if (this.#state.spaces.find(request.space) === undefined) {
      if (request.createsSpace !== true) return err({ code: 'space.unknown', message: 'This device does not have that project.' })
      this.#state.spaces.add(request.space, true)
      this.#state.touchSpaces()
    }
    const targets = this.#targetsOf(request)
    return targets.ok ? this.#save(request, intent, targets.value) : targets
  }

  /** A form's intent is made with the replica id of its first save: after a fork the same form is still the same intent. */
  #intentOf(form: string): Intent {
    const { ports, replica, formerReplicas, changes } = this.#state
    const intents = [replica, ...formerReplicas].map((id) => intentOfForm(ports.hash, id, form))
    return intents.find((intent) => changes.isOwn(intent)) ?? intentOfForm(ports.hash, replica, form)
  }

  /** Seals the space's unsealed change: from here its bytes never change. Runs inside a transaction. */
  seal(space: SpaceId): void {
    const change = this.unsealed(space)
    if (change === undefined) return
    this.#state.changes.update(this.#sealed(change, this.#state.changes.contentText(change.seq)))
    this.#state.touchOutbox()
  }

  #save(request: PersonsWrite, intent: Intent | null, targets: readonly Target[]): Result<Written, Refusal> {
    const form = intent === null ? null : this.#formHash(request.steps)
    const saved = intent === null ? undefined : this.#state.changes.byIntent(intent)
    if (saved !== undefined) return saved.form === form ? ok({ intent: saved.intent, seq: saved.seq }) : err(INTENT_USED)
    const unsealed = this.unsealed(request.space)
    const folds = unsealed !== undefined && intent === null && this.#foldsInto(unsealed, request, targets)
    if (unsealed !== undefined && !folds) this.seal(request.space)
    const into = folds ? unsealed : undefined
    const draft: Content = { ...this.#header(request, into, intent), operations: targets.map((target) => this.#draft(target, into)) }
    const judged = judge(this.#state.schema, draft, this.#before(targets, into), { receipt: false })
    if (isRefusal(judged)) return err(judged)
    const content: Content = { ...draft, operations: judged }
    const text = contentText(content)
    if (text.length > CHANGE_BYTES_MAX) return err({ code: 'change.tooLarge', message: 'This is too much for one save.' })
    return ok(this.#keep(content, text, into, request, targets, form))
  }

  /** A form saved twice is one intent, when both times it says the same [P3]. */
  #formHash(steps: readonly RecordStep[]): string {
    return base64url(this.#state.ports.hash(utf8(canonicalJson(steps))))
  }

  #keep(
    content: Content,
    text: string,
    into: OwnChange | undefined,
    request: PersonsWrite,
    targets: readonly Target[],
    form: string | null,
  ): Written {
    const { changes } = this.#state
    const change =
      into === undefined ? this.#newChange(content, text, request, form) : { ...into, stamp: content.stamp, bytes: text.length }
    const single = targets.length === 1 && request.intent === undefined
    if (into !== undefined) changes.replace(change, content, text)
    else if (single) changes.insert(change, content, text)
    else changes.insert(this.#sealed(change, text), content, text)
    for (const { stored } of targets) {
      const open = stored.open.includes(change.seq) ? stored.open : [...stored.open, change.seq]
      this.#state.saveRecord({ ...stored, open, edited: change.stamp })
    }
    this.#state.touchOutbox()
    return { intent: change.intent, seq: change.seq }
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
    }
  }

  #sealed(change: OwnChange, text: string): OwnChange {
    const { hash } = this.#state.ports
    const contentHash = contentHashOf(hash, text)
    const space = this.#state.spaces.get(change.space)
    const chain = chained(hash, space.chain, change.attempt, contentHash)
    this.#state.spaces.link(change.space, chain)
    return { ...change, status: 'queued', name: nameOf(change.intent, contentHash), contentHash, n: chain.n, previous: space.chain.hash }
  }

  #header(request: PersonsWrite, into: OwnChange | undefined, intent: Intent | null): Omit<Content, 'operations'> {
    return {
      intent: into?.intent ?? intent ?? mintIntent(this.#state.ports.random),
      stamp: this.#state.mintStamp(),
      space: request.space,
      schemaVersion: this.#state.schema.version,
      label: into?.label ?? request.label ?? null,
    }
  }

  #draft({ stored, steps }: Target, into: OwnChange | undefined): RecordOperations {
    const { records, changes, text } = this.#state
    const without = into?.seq ?? null
    return draftOperations(
      {
        collection: stored.collection,
        record: stored.id,
        view: records.view(stored, without),
        ownWrites: records.ownWrites(stored, without),
        durableThrough: this.#state.spaces.get(stored.space).durable,
        unsealed: into === undefined ? undefined : changes.operationsOn(into.seq, stored.id),
        text,
      },
      steps,
    )
  }

  #before(targets: readonly Target[], into: OwnChange | undefined): Parameters<typeof judge>[2] {
    const byKey = new Map(targets.map((target) => [keyOfTarget(target.stored.collection.name, target.stored.id), target]))
    return (collection, id) => {
      const target = byKey.get(keyOfTarget(collection, id))
      return target === undefined ? undefined : this.#state.records.view(target.stored, into?.seq ?? null)
    }
  }

  #foldsInto(unsealed: OwnChange, request: PersonsWrite, targets: readonly Target[]): boolean {
    if (targets.length !== 1 || (request.label !== undefined && request.label !== unsealed.label)) return false
    return targets[0]?.stored.open.includes(unsealed.seq) === true
  }

  unsealed(space: SpaceId): OwnChange | undefined {
    for (const change of this.#state.changes.live) if (change.status === 'unsealed' && change.space === space) return change
    return undefined
  }

  #targetsOf(request: PersonsWrite): Result<readonly Target[], Refusal> {
    const targets = new Map<string, Target>()
    for (const step of request.steps) {
      const collection = this.#state.schema.collections[step.collection]
      if (collection === undefined)
        return err({ code: 'schema.unknownCollection', message: `There is no collection '${step.collection}'.` })
      const key = keyOfTarget(step.collection, step.record)
      const target = targets.get(key) ?? { stored: this.#stored(collection, step.record, request.space), steps: [] }
      const refusal = this.#mayStep(step, target, request.space)
      if (refusal !== null) return err(refusal)
      target.steps.push(step)
      targets.set(key, target)
    }
    return ok([...targets.values()])
  }

  #stored(collection: CollectionDefinition, id: RecordId, space: SpaceId): StoredRecord {
    return this.#state.records.load(collection, id) ?? this.#state.records.fresh(collection, id, space)
  }

  #mayStep(step: RecordStep, { stored, steps }: Target, space: SpaceId): Refusal | null {
    if (stored.space !== space) return { code: 'write.manySpaces', message: 'One save concerns one project.', collection: step.collection }
    if (step.ifUnchanged !== undefined && step.ifUnchanged !== `${stored.confirmed?.version ?? 0}.${stored.edited}`) {
      return { code: 'changed', message: 'This was changed meanwhile.', collection: step.collection }
    }
    if (!stored.exists && step.type !== 'add' && steps.length === 0)
      return { code: 'record.absent', message: 'That record is not on this device.', collection: step.collection }
    return null
  }
}

const keyOfTarget = (collection: string, id: string): string => `${collection}/${id}`

const INTENT_USED: Refusal = { code: 'intent.used', message: 'This form was already saved with other content.' }
