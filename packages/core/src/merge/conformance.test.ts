/** The cases of conformance/merge and conformance/stamp, as a client in any language runs them: nothing here knows how they were made. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../canonical.ts'
import type { Hash } from '../hash.ts'
import { intentOfForm, type Name, type ReplicaId, uuidv7 } from '../ids.ts'
import { effectiveStamp, nextStamp, type Stamp } from '../stamp.ts'
import { type Arrival, mergeAll } from '../test/arrivals.ts'
import { clientIdOf, yjsText } from '../yjs.ts'
import { canonicalRecord } from './canonical-record.ts'
import { conflictIdOf } from './conflict.ts'
import { overOf, OwnWrites } from './over.ts'
import type { RecordState } from './record.ts'
import type { Entry } from './register.ts'
import { type OnDelete, type Rule, show, showLife } from './rules.ts'

const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest()

const casesOf = (...names: readonly string[]): readonly unknown[] =>
  names.flatMap((name) => JSON.parse(readFileSync(new URL(`../../../../conformance/${name}.json`, import.meta.url), 'utf8')) as unknown[])

interface RecordCase {
  readonly id: string
  readonly why: string
  readonly rules: Readonly<Record<string, Exclude<Rule['type'], 'custom'>>>
  readonly onDelete: OnDelete
  readonly writes: readonly Arrival[]
  readonly record: Json
  readonly shown: Json
}

test.each(casesOf('merge/registers', 'merge/rules', 'merge/sets-and-counters', 'merge/lives', 'merge/texts') as readonly RecordCase[])(
  '$id: $why',
  (one) => {
    for (const writes of [one.writes, one.writes.toReversed(), [...one.writes.slice(1), ...one.writes.slice(0, 1)]]) {
      const { record } = mergeAll(writes)
      expect(canonicalRecord(record)).toBe(canonicalJson(one.record))
      expect(shownOf(record, one)).toEqual(one.shown)
    }
  },
)

function shownOf(record: RecordState, { rules, onDelete }: RecordCase): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = { $life: showLife(onDelete, record.life) }
  for (const [field, state] of Object.entries(record.fields)) {
    if (state.kind === 'counter') shown[field] = state.sum
    else if (state.kind === 'set') shown[field] = elementsOf(state.elements)
    else if (state.entries.length > 0) {
      const { value, conflicted } = show({ type: rules[field] ?? 'latest' }, state)
      shown[field] = { value, conflicted }
    }
  }
  return shown
}

const elementsOf = (elements: Readonly<Record<string, { readonly entries: readonly unknown[] }>>): readonly Json[] =>
  Object.keys(elements)
    .filter((key) => (elements[key]?.entries.length ?? 0) > 0)
    .sort()
    .map((key) => JSON.parse(key) as Json)

interface OverCase {
  readonly id: string
  readonly why: string
  readonly version: number
  readonly entries: readonly Entry[]
  readonly own: readonly { readonly name: Name; readonly over: readonly Name[] }[]
  readonly durableThrough: number
  readonly over: readonly Name[]
}

test.each(casesOf('merge/over') as readonly OverCase[])('over, $id: $why', ({ version, entries, own, durableThrough, over }) => {
  expect(overOf({ kind: 'register', entries, awaited: [], version }, new OwnWrites(own), durableThrough)).toEqual(over)
})

test.each(casesOf('merge/conflicts') as readonly { names: readonly Name[]; conflict: string }[])('conflict, $id', ({ names, conflict }) => {
  expect(
    conflictIdOf(
      sha256,
      names.map((name) => ({ name }) as Entry),
    ),
  ).toBe(conflict)
})

interface DocumentCase {
  readonly id: string
  readonly name?: Name
  readonly text: string | null
  readonly clientId?: number
  readonly document: string
  readonly update?: string
}

test.each(casesOf('merge/documents') as readonly DocumentCase[])('document, $id', ({ name, text, clientId, document, update }) => {
  const made =
    name === undefined ? [yjsText.merge(document, update ?? '')?.text ?? null] : [clientIdOf(name), yjsText.seed(text ?? '', name)]
  expect(made).toEqual(name === undefined ? [text] : [clientId, document])
})

test.each(casesOf('stamp/next') as readonly { last: Stamp; nowMs: number; stamp: Stamp }[])('next stamp, $id', ({ last, nowMs, stamp }) => {
  expect(nextStamp(last, nowMs)).toBe(stamp)
})

test.each(casesOf('stamp/effective') as readonly { raw: Stamp; nowMs: number; stamp: Stamp }[])(
  '[C2] effective stamp, $id',
  ({ raw, nowMs, stamp }) => {
    expect(effectiveStamp(raw, nowMs)).toBe(stamp)
  },
)

test.each(casesOf('stamp/uuid') as readonly { nowMs: number; random: readonly number[]; uuid: string }[])(
  'UUIDv7, $id',
  ({ nowMs, random, uuid }) => {
    expect(uuidv7(nowMs, () => Uint8Array.from(random))).toBe(uuid)
  },
)

test.each(casesOf('stamp/forms') as readonly { replica: ReplicaId; form: string; intent: string }[])(
  'intent of a form, $id',
  ({ replica, form, intent }) => {
    expect(intentOfForm(sha256, replica, form)).toBe(intent)
  },
)
