/** Faults of merging, which device and hub share, and of judging. */
import type { Mutant } from '../mutant.ts'

export const MERGING: readonly Mutant[] = [
  {
    id: 'awaited-names-ignored',
    group: 'N4',
    without: 'a name in an over that has not arrived is awaited',
    file: 'packages/core/src/merge/register.ts',
    before: `  const expected = over.length === 0 ? awaited : withMissing(register, over, known)`,
    after: `  const expected = over.length === 0 ? awaited : withMissing(register, over, () => true)`,
  },
  {
    id: 'over-without-own-failed-writes',
    group: 'S3',
    without: 'a write is over what its author’s refused writes were over',
    file: 'packages/client/src/engine/records.ts',
    before: `this.#uncovered(stored), this.#resolve(stored.failed), without, {`,
    after: `this.#uncovered(stored), this.#resolve(NONE), without, {`,
  },
  {
    id: 'over-stops-at-own-writes',
    group: 'S3',
    without: 'a write is over what its author’s unconfirmed writes were over',
    file: 'packages/core/src/merge/over.ts',
    before: `      if (!own.has(name)) names.add(name)`,
    after: `      if (own.has(name)) names.add(name)`,
  },
  {
    id: 'over-not-handed-on',
    group: 'N4',
    without: 'a write hands on what the entries that it replaces were over',
    file: 'packages/core/src/merge/over.ts',
    before: `  if (register !== undefined && mayBeLost(register, durableThrough)) {`,
    after: `  if (register !== undefined && mayBeLost(register, Infinity)) {`,
  },
  {
    id: 'own-writes-handed-on-first',
    group: 'N4',
    without: 'a write hands on what lies nearest behind it, however much its author was refused',
    file: 'packages/core/src/merge/over.ts',
    before: `  const names = new Set(entries.map((entry) => entry.name))
`,
    after: `  const names = new Set(entries.map((entry) => entry.name))
  addOwn(names, own)
`,
  },
  {
    id: 'names-without-content',
    group: 'N5',
    without: 'a write is named by its intent and its content',
    file: 'packages/core/src/ids.ts',
    before: `(intent + content.slice(0, 8)) as Name`,
    after: `(intent + content.slice(0, 0).padEnd(8, '-')) as Name`,
  },
  {
    id: 'latest-drops-the-others',
    group: 'S8',
    without: 'entries leave by over only, never by a stamp',
    file: 'packages/core/src/merge/register.ts',
    before: `  if (first === undefined) return [entry]`,
    after: `  if (first === undefined || (kept.length === 1 && first.value === entry.value)) return [entry]`,
  },
  {
    id: 'edits-do-not-say-alive',
    group: 'S8',
    without: 'every change of a record says that it is there',
    file: 'packages/core/src/merge/record.ts',
    before: `  const entry = entryOf(life, lifeOver, write)
  const next`,
    after: `  if (life === 'alive' && lifeOver.length > 0) return register
  const entry = entryOf(life, lifeOver, write)
  const next`,
  },
  {
    id: 'delete-wins-everywhere',
    group: 'S8',
    without: 'a collection decides what becomes of a delete beside an edit',
    file: 'packages/core/src/merge/rules.ts',
    before: `  return { deleted: onDelete === 'delete-wins', conflicted: onDelete === 'review' }`,
    after: `  return { deleted: onDelete !== 'review', conflicted: onDelete === 'review' }`,
  },
  {
    id: 'decisions-reopen-a-conflict',
    group: 'S6',
    without: 'of two decisions of one conflict the lesser takes no part',
    file: 'packages/core/src/merge/rules.ts',
    before: `  const contenders = withoutLesserResolutions(register.entries)`,
    after: `  const contenders = rule.type === 'review' ? register.entries : withoutLesserResolutions(register.entries)`,
  },
  {
    id: 'counter-without-late-increments',
    group: 'N1',
    without: 'a counter is the sum of all accepted increments, however late they come',
    file: 'packages/core/src/merge/record.ts',
    before: `  for (const operation of operations.fields) fields[operation.field] =`,
    after: `  const isLate = record.life.entries.some(({ by, stamp }) => by === write.by && stamp > write.stamp)
  for (const operation of operations.fields) if (!isLate || operation.kind !== 'increment') fields[operation.field] =`,
  },
  {
    id: 'group-torn',
    group: 'L1',
    without: 'a group is one decision: what was not given comes from what its author saw',
    file: 'packages/core/src/schema/group.ts',
    before: `  const entries = state.entries.filter((entry) => over.includes(entry.name))`,
    after: `  const { entries } = state`,
  },
  {
    id: 'remove-takes-unseen-adds',
    group: 'S8',
    without: 'an add that the remover had not seen survives',
    file: 'packages/core/src/merge/record.ts',
    before: `  const tags = writeRegister(elements[key] ?? EMPTY_REGISTER, entry, operation.over, merging.write)`,
    after: `  const held = elements[key] ?? EMPTY_REGISTER
  const over = entry === null ? [...operation.over, ...held.entries.map(({ name }) => name)] : operation.over
  const tags = writeRegister(held, entry, over, merging.write)`,
  },
  {
    id: 'device-does-not-judge',
    group: 'N13',
    without: 'what the device accepts, the hub can accept',
    file: 'packages/client/src/engine/writer.ts',
    before: `    return isRefusal(judged) ? judged : { ...draft, operations: judged }`,
    after: `    return isRefusal(judged) ? draft : { ...draft, operations: judged }`,
  },
]
