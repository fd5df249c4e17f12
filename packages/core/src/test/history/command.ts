/**
 * What may happen in a history, as plain values that fast-check makes and shrinks. Numbers are taken modulo what there is to choose
 * from, so every list of commands is a history.
 */
import * as fc from 'fast-check'
import type { OnDelete } from '../../merge/rules.ts'
import { LIFE, REGISTERS, TAGS, VISITS } from './place.ts'

export type Fate = 'arrives' | 'request lost' | 'answer lost' | 'request late' | 'answer late' | 'twice'

export type Command =
  | {
      readonly type: 'write'
      readonly device: number
      readonly field: number
      /** A second field in the same change. */
      readonly also: number | null
      readonly value: number
      /** How often the hub refuses it. */
      readonly refusals: number
      /** The same form is the same intent, on a clone too. */
      readonly form: string | null
      readonly resolves: boolean
    }
  | { readonly type: 'push' | 'pull'; readonly device: number; readonly fate: Fate }
  | { readonly type: 'late'; readonly index: number }
  | { readonly type: 'retry' | 'discard'; readonly device: number; readonly index: number }
  | { readonly type: 'clone' | 'destroy'; readonly device: number }
  | { readonly type: 'backup' }
  | { readonly type: 'restore'; readonly index: number }
  | { readonly type: 'clock'; readonly device: number; readonly offsetMs: number }
  | { readonly type: 'wait'; readonly ms: number }

export interface History {
  readonly devices: number
  readonly onDelete: OnDelete
  /** The few that this history writes to, so that its writes meet. */
  readonly fields: readonly string[]
  readonly commands: readonly Command[]
}

/** What a kind of history has, in parts of a whole; nothing where a weight is 0. */
export interface Profile {
  readonly fields: readonly string[]
  readonly commands: number
  readonly lossy: boolean
  readonly refusals: number
  readonly forms: number
  readonly clone: number
  readonly restore: number
  readonly destroy: number
  readonly clock: number
}

export const ALL_FIELDS: readonly string[] = [...REGISTERS, TAGS, TAGS, VISITS, LIFE, LIFE]

export const EVERYTHING: Profile = {
  fields: ALL_FIELDS,
  commands: 40,
  lossy: true,
  refusals: 2,
  forms: 1,
  clone: 1,
  restore: 2,
  destroy: 0,
  clock: 1,
}

const small = fc.nat(7)

const fates = (lossy: boolean): fc.Arbitrary<Fate> =>
  lossy
    ? fc.constantFrom<Fate[]>(
        'arrives',
        'arrives',
        'arrives',
        'arrives',
        'request lost',
        'answer lost',
        'request late',
        'answer late',
        'twice',
      )
    : fc.constant('arrives')

const often = <T>(value: fc.Arbitrary<T>, other: T, weight: number): fc.Arbitrary<T> =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(other) }, { weight, arbitrary: value })

function commandOf(profile: Profile): fc.Arbitrary<Command> {
  const { lossy, refusals, forms, clone, restore, destroy, clock } = profile
  const device = small
  const write = fc.record({
    type: fc.constant('write' as const),
    device,
    field: small,
    also: often<number | null>(small, null, 2),
    value: fc.nat(5),
    refusals: often(fc.constantFrom(1, 1, 2), 0, refusals),
    form: often<string | null>(fc.constantFrom('a', 'b'), null, forms),
    resolves: fc.boolean(),
  })
  const weighted: fc.WeightedArbitrary<Command>[] = [
    { weight: 30, arbitrary: write },
    { weight: 36, arbitrary: fc.record({ type: fc.constantFrom('push' as const, 'pull' as const), device, fate: fates(lossy) }) },
    { weight: lossy ? 6 : 0, arbitrary: fc.record({ type: fc.constant('late' as const), index: small }) },
    {
      weight: refusals * 3,
      arbitrary: fc.record({ type: fc.constantFrom('retry' as const, 'retry' as const, 'discard' as const), device, index: small }),
    },
    { weight: clone, arbitrary: fc.record({ type: fc.constant('clone' as const), device }) },
    { weight: destroy, arbitrary: fc.record({ type: fc.constant('destroy' as const), device }) },
    { weight: restore * 2, arbitrary: fc.record({ type: fc.constant('backup' as const) }) },
    { weight: restore, arbitrary: fc.record({ type: fc.constant('restore' as const), index: small }) },
    {
      weight: clock,
      arbitrary: fc.record({ type: fc.constant('clock' as const), device, offsetMs: fc.constantFrom(0, 50, 500_000, -500_000) }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(40) }) },
  ]
  return fc.oneof(...weighted.filter(({ weight }) => weight > 0))
}

export const historyOf = (profile: Profile): fc.Arbitrary<History> =>
  fc.record({
    devices: fc.constantFrom(2, 2, 3),
    onDelete: fc.constantFrom<OnDelete[]>('edit-wins', 'delete-wins', 'review'),
    fields: fc.shuffledSubarray([...profile.fields], {
      minLength: Math.min(2, profile.fields.length),
      maxLength: Math.min(5, profile.fields.length),
    }),
    commands: fc.array(commandOf(profile), { minLength: 4, maxLength: profile.commands, size: 'max' }),
  })
