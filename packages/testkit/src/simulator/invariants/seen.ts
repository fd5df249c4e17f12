/**
 * I-CAUSAL: what somebody wrote after they had seen another value is never beside it, whatever clocks, refusals, copies and restores did.
 *
 * What a person saw is taken down when they write, field by field. Of two values that stand beside each other, with each commit of the hub
 * and once all is healed, neither may have been written by somebody who had seen the other, or something that was written over it. Of an
 * intent that has two contents nothing is said.
 */
import {
  type Intent,
  intentOfName,
  LIFE_FIELD,
  type Name,
  OVER_HANDED_ON_MAX,
  type RecordState,
  type Register,
  type SpaceId,
} from '@tombolo/core'
import type { OpenedEngine } from '@tombolo/client/testing'
import type { SpaceEffects } from '@tombolo/hub'
import type { App } from '../app.ts'
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'
import type { HubSite } from '../hub/site.ts'
import type { Place, Standing } from '../reference/standing.ts'
import type { Truth } from '../truth.ts'

type Batch = Parameters<OpenedEngine['port']['write']>[0]
type Step = Extract<Batch, { type: 'write' }>['steps'][number]

/** One field of one record, in the words of the newest release. */
type Spot = string

/** What was there, at each spot that a batch writes to. */
export type Sight = ReadonlyMap<Spot, readonly Intent[]>

const spotOf = ({ renamed }: App, { collection, record }: Pick<Step, 'collection' | 'record'>, field: string): Spot =>
  `${collection}/${record} ${renamed[`${collection} ${field}`] ?? field}`

/** What the person sees of the fields that they are about to write. */
export function sightOf(device: Device, { steps }: { readonly steps: readonly Step[] }): Sight {
  return new Map(
    steps.flatMap((step) => {
      const view = viewOf(device, step)
      return fieldsOf(step).map((field) => [spotOf(device.world.app, step, field), seenIn(view, field)] as const)
    }),
  )
}

function fieldsOf(step: Step): readonly string[] {
  switch (step.type) {
    case 'set':
      return Object.keys(step.values)
    case 'resolve':
      return [step.field]
    case 'delete':
    case 'restore':
      return [LIFE_FIELD]
    default:
      return []
  }
}

/** What is there of the record before the step; nothing where it is new. */
function viewOf({ opened }: Device, step: Step): RecordState | undefined {
  if (opened === null || fieldsOf(step).length === 0) return undefined
  const { records } = opened.store.state
  const stored = records.load(records.collection(step.collection), step.record)
  return stored === undefined ? undefined : records.view(stored)
}

function seenIn(view: RecordState | undefined, field: string): readonly Intent[] {
  const state = field === LIFE_FIELD ? view?.life : view?.fields[field]
  return state?.kind === 'register' ? (state satisfies Register).entries.map(({ name }) => intentOfName(name)) : []
}

/** Who had seen what. */
export class Witness {
  readonly #seen = new Map<Spot, Map<Intent, Set<Intent>>>()
  readonly #forms = new Set<Intent>()
  /** Forms that were saved again, which gives the intent that there was, maybe on a disk that is not there any more: of when is not known. */
  readonly #savedAgain = new Set<Intent>()
  readonly #truth: Pick<Truth, 'twofold'>

  constructor(truth: Pick<Truth, 'twofold'>) {
    this.#truth = truth
  }

  wrote(intent: Intent, sight: Sight, isForm: boolean): void {
    if (this.#forms.has(intent)) this.#savedAgain.add(intent)
    if (isForm) this.#forms.add(intent)
    for (const [spot, before] of sight) {
      const writes = this.#seen.get(spot) ?? new Map<Intent, Set<Intent>>()
      this.#seen.set(spot, writes)
      // A fold of an unsealed change keeps its intent.
      const all = writes.get(intent) ?? new Set<Intent>()
      writes.set(intent, all)
      for (const other of before) if (other !== intent) all.add(other)
    }
  }

  /**
   * How many writes the author of one had seen, directly or through others, until the other is among them, the nearest first; null where it
   * never is.
   */
  seenUntil(spot: Spot, intent: Intent, other: Intent): number | null {
    // Which of its contents was seen is not known.
    const { twofold } = this.#truth
    if (twofold.has(other)) return null
    const writes = this.#seen.get(spot)
    const known = new Set([intent])
    for (const next of known) {
      if (this.#savedAgain.has(next) || twofold.has(next)) continue
      for (const seen of writes?.get(next) ?? []) {
        if (seen === other) return known.size
        known.add(seen)
      }
    }
    return null
  }
}

/** The record `key` of a space as the reference has it, once all is healed. */
export function nothingComesBack({ hub, witness }: World, space: SpaceId, key: string, { life, registers }: Standing): void {
  const places: readonly (readonly [string, Place])[] = [[LIFE_FIELD, life], ...registers]
  for (const [field, { entries }] of places) isUnseen({ witness, reach: reachOf(hub) }, `${key} ${field}`, space, entries)
}

/** What the hub has just committed: a value that came back may be written over before anybody looks. */
export function nothingCameBack({ app, hub, witness }: Pick<World, 'app' | 'hub' | 'witness'>, { space, records }: SpaceEffects): void {
  for (const { collection, id, state } of records)
    for (const [field, part] of [[LIFE_FIELD, state.life] as const, ...Object.entries(state.fields)])
      if (part.kind === 'register')
        isUnseen({ witness, reach: reachOf(hub) }, spotOf(app, { collection, record: id }, field), space.space, part.entries)
}

interface World {
  readonly app: App
  readonly hub: Pick<HubSite, 'wasPutBack'>
  readonly witness: Witness
}

/** What a hub that was put back has lost is stood over as far back as names are handed on. */
const reachOf = ({ wasPutBack }: World['hub']): number => (wasPutBack ? OVER_HANDED_ON_MAX : Infinity)

/** `reach`: within how many writes that were seen nothing may come back. */
interface Sworn {
  readonly witness: Witness
  readonly reach: number
}

function isUnseen({ witness, reach }: Sworn, spot: Spot, space: SpaceId, entries: readonly { readonly name: Name }[]): void {
  if (entries.length < 2) return
  const intents = entries.map(({ name }) => intentOfName(name))
  for (const one of intents)
    for (const other of intents) {
      const writes = one === other ? null : witness.seenUntil(spot, one, other)
      holds(
        writes === null || writes > reach,
        'I-CAUSAL',
        () => `${other} is back in ${spot} of ${space}, though the author of ${one} had seen it, ${writes} writes before`,
      )
    }
}
