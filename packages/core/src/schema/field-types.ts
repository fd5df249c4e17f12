/**
 * The types of the builders: each offers only the modifiers that fit, so that `group({ … }).max()` does not compile. A field carries a
 * phantom type (`holds`) from which the types of rows, new records and patches are derived (schema-types.ts).
 */
import type { FieldDefinition, ValueType } from './definition.ts'
import type { ReservedName } from './names.ts'
import type { StandardSchema } from './standard.ts'

export declare const holds: unique symbol

/** Whether a field may be absent. `default`: it has a value even if nobody wrote one; also text, sets and counters, which start empty. */
export type Presence = 'required' | 'optional' | 'default'

export interface Holding {
  readonly kind: FieldDefinition['kind']
  readonly type: ValueType['type'] | 'none'
  /** The type of a value as read, if present. */
  readonly read: unknown
  readonly presence: Presence
  /** The collections that it refers to. */
  readonly target: string
  /** Whether a rule was chosen; such a field cannot be an element or a member. */
  readonly ruled: boolean
  readonly members: Members | null
}

/** Any field. Everything but the compiler reads `definition`. */
export interface Field<H extends Holding = Holding> {
  readonly definition: FieldDefinition
  readonly [holds]: H
}

interface Value<Type extends ValueType['type'], Read, P extends Presence, Target extends string, IsRuled extends boolean> extends Holding {
  readonly kind: 'register'
  readonly type: Type
  readonly read: Read
  readonly presence: P
  readonly target: Target
  readonly ruled: IsRuled
  readonly members: null
}

/** One of the concurrent writes, as passed to a custom rule. `stamp` is a hybrid logical time, `by` an account. */
interface CandidateOf<Read> {
  readonly value: Read
  readonly stamp: number
  readonly by: string
}

/** What a field shows: null where it is optional and was cleared. */
type ShownOf<Read, P extends Presence> = P extends 'optional' ? Read | null : Read

/**
 * A pure function of the concurrent writes; it must not depend on their order. That somebody cleared an optional field is a write, too: its
 * value is null.
 */
export type Choice<Read, P extends Presence> = (candidates: readonly CandidateOf<ShownOf<Read, P>>[]) => ShownOf<Read, P>

/** A function that returns what is wrong with a value, in words for a person, or null; or any synchronous Standard Schema v1 validator. */
export type CheckOf<Read> = ((value: Read) => string | null) | StandardSchema

/** A value with a rule of its app's own, which has to know whether the value may be absent: `optional()` goes before it. */
export interface Chosen<Type extends ValueType['type'], Read, P extends Presence = 'required', Target extends string = never> extends Field<
  Value<Type, Read, P, Target, true>
> {
  /** The value that is read if nobody has written the field, also in old records; it is never stored. */
  default(this: Chosen<Type, Read, 'required', Target>, value: Read): Chosen<Type, Read, 'default', Target>
  /** Refuses values, on the device when the person saves and again on the hub: `value.invalid`. */
  check(check: CheckOf<Read>): Chosen<Type, Read, P, Target>
}

/** A value whose rule is chosen. */
export interface Ruled<Type extends ValueType['type'], Read, P extends Presence = 'required', Target extends string = never> extends Field<
  Value<Type, Read, P, Target, true>
> {
  /** Lets the value be absent, which reads as null, and be cleared by writing null. */
  optional(this: Ruled<Type, Read, 'required', Target>): Ruled<Type, Read, 'optional', Target>
  /** The value that is read if nobody has written the field, also in old records; it is never stored. */
  default(this: Ruled<Type, Read, 'required', Target>, value: Read): Ruled<Type, Read, 'default', Target>
  /** Refuses values, on the device when the person saves and again on the hub: `value.invalid`. */
  check(check: CheckOf<Read>): Ruled<Type, Read, P, Target>
}

/** A value without an order: json, a reference, a choice. */
export interface Plain<Type extends ValueType['type'], Read, P extends Presence = 'required', Target extends string = never> extends Field<
  Value<Type, Read, P, Target, false>
> {
  /** Lets the value be absent, which reads as null, and be cleared by writing null. */
  optional(this: Plain<Type, Read, 'required', Target>): Plain<Type, Read, 'optional', Target>
  /** The value that is read if nobody has written the field, also in old records; it is never stored. */
  default(this: Plain<Type, Read, 'required', Target>, value: Read): Plain<Type, Read, 'default', Target>
  /** Refuses values, on the device when the person saves and again on the hub: `value.invalid`. */
  check(check: CheckOf<Read>): Plain<Type, Read, P, Target>
  /** Shows the latest of concurrent writes; the others are in the history. The default. */
  latest(): Ruled<Type, Read, P, Target>
  /** Concurrent writes of different values are put before a person. */
  review(): Ruled<Type, Read, P, Target>
  /** Shows the earliest of concurrent writes. */
  first(): Ruled<Type, Read, P, Target>
  /** Like `latest`, by the hub's clock, for fields whose device clocks must not be trusted. */
  arrival(): Ruled<Type, Read, P, Target>
  /** Shows what a pure function of the concurrent writes returns. */
  custom(choose: Choice<Read, P>): Chosen<Type, Read, P, Target>
}

/** A value with an order: text, numbers, booleans and dates. */
export interface Ordered<
  Type extends ValueType['type'],
  Read,
  P extends Presence = 'required',
  Target extends string = never,
> extends Plain<Type, Read, P, Target> {
  /** Lets the value be absent, which reads as null, and be cleared by writing null. */
  optional(this: Ordered<Type, Read, 'required', Target>): Ordered<Type, Read, 'optional', Target>
  /** The value that is read if nobody has written the field, also in old records; it is never stored. */
  default(this: Ordered<Type, Read, 'required', Target>, value: Read): Ordered<Type, Read, 'default', Target>
  /** Refuses values, on the device when the person saves and again on the hub: `value.invalid`. */
  check(check: CheckOf<Read>): Ordered<Type, Read, P, Target>
  /** Shows the greatest of concurrent writes. A later write by someone who saw it may still be smaller. */
  max(): Ruled<Type, Read, P, Target>
  /** Shows the smallest of concurrent writes. */
  min(): Ruled<Type, Read, P, Target>
}

/** The element of a set: a plain, required value. */
export type SetElement = Field<Holding & { readonly kind: 'register'; readonly presence: 'required'; readonly ruled: false }>
/** The members of a group: plain values, optional or not. */
export type Members = Readonly<
  Record<string, Field<Holding & { readonly kind: 'register'; readonly presence: 'required' | 'optional'; readonly ruled: false }>>
>

export type GroupMember<Name, Member> = Name extends ReservedName ? `'${Name}' is a reserved name` : Member

/** Elements without order or duplicates. */
export interface SetField<Element extends SetElement> extends Field<SetHolding<Element>> {
  /** Checks each element that is added. */
  check(check: CheckOf<Element[typeof holds]['read']>): SetField<Element>
}

interface SetHolding<Element extends SetElement> extends Holding {
  readonly kind: 'set'
  readonly type: Element[typeof holds]['type']
  readonly read: readonly Element[typeof holds]['read'][]
  readonly presence: 'default'
  readonly target: Element[typeof holds]['target']
  readonly members: null
}

/** A number that people add to. */
export interface Counter extends Field<BareHolding<'counter', number>> {}

/** Prose that people may edit at the same time. */
export interface Text extends Field<BareHolding<'text', string>> {
  /** Checks whole texts. In-place edits are not checked, because they may merge with others. */
  check(check: CheckOf<string>): Text
  /** Shows the latest of concurrent writes of whole texts; edits in place merge. The default. */
  latest(): Text
  /** Concurrent writes of whole texts are put before a person; edits in place merge under every rule. */
  review(): Text
}

interface BareHolding<Kind extends FieldDefinition['kind'], Read> extends Holding {
  readonly kind: Kind
  readonly type: 'none'
  readonly read: Read
  readonly presence: 'default'
  readonly target: never
  readonly members: null
}

/** A group as it is read: absent optional members are null. */
export type GroupRead<M extends Members> = {
  readonly [K in keyof M]: M[K][typeof holds]['read'] | (M[K][typeof holds]['presence'] extends 'optional' ? null : never)
}

interface GroupHolding<M extends Members, P extends Presence> extends Holding {
  readonly kind: 'group'
  readonly type: 'none'
  readonly read: GroupRead<M>
  readonly presence: P
  readonly target: M[keyof M][typeof holds]['target']
  readonly members: M
}

/** Values that only make sense together. With `optional()` the whole group may be absent; a rule chooses between whole groups. */
export interface Group<M extends Members, P extends Presence = 'required'> extends Field<GroupHolding<M, P>> {
  /** Lets the whole group be absent, which reads as null. */
  optional(this: Group<M>): Group<M, 'optional'>
  /** Checks the whole group, including conditions between members. */
  check(check: CheckOf<GroupRead<M>>): Group<M, P>
  /** Shows the latest of concurrent groups. The default. */
  latest(): Group<M, P>
  /** Concurrent writes of different groups are put before a person. */
  review(): Group<M, P>
  /** Shows the earliest of concurrent writes. */
  first(): Group<M, P>
  /** Like `latest`, by the hub's clock. */
  arrival(): Group<M, P>
  /** Shows what a pure function of the concurrent groups returns. */
  custom(choose: Choice<GroupRead<M>, P>): ChosenGroup<M, P>
}

/** A group with a rule of its app's own. */
export interface ChosenGroup<M extends Members, P extends Presence = 'required'> extends Field<GroupHolding<M, P>> {
  /** Checks the whole group, including conditions between members. */
  check(check: CheckOf<GroupRead<M>>): ChosenGroup<M, P>
}
