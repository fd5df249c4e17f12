/** Faults of the hub. */
import type { Mutant } from '../mutant.ts'

export const HUB: readonly Mutant[] = [
  {
    id: 'dedupe-by-dot-alone',
    group: 'N1',
    without: 'an intent is applied once, under whatever dot it comes',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  if (old.outcome.type === 'applied' || change.n <= author.lastN) return true`,
    after: `  if (change.n <= author.lastN) return true`,
  },
  {
    id: 'intents-looked-up-in-the-chain-alone',
    group: 'N5',
    without: 'a verdict is found by its intent, whichever replica it was given to',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  const old = layer.verdict(received.intent)
  if (old !== null && old.contentHash`,
    after: `  const known = layer.verdict(received.intent)
  const old = known?.replica === author.replica ? known : null
  if (old !== null && old.contentHash`,
  },
  {
    id: 'verdict-not-stored',
    group: 'N1',
    without: 'a verdict is stored with its effect',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  layer.verdicts.set(received.intent, verdict)
  return entry === undefined ? { verdict }`,
    after: `  if (old === null) layer.verdicts.set(received.intent, verdict)
  return entry === undefined ? { verdict }`,
  },
  {
    id: 'duplicate-names-the-asked-attempt',
    group: 'N5',
    without: 'a verdict that is repeated names the attempt that was judged, not the one that asks',
    file: 'packages/hub/src/ingest/process.ts',
    before: `author, context) ?? { verdict: old }`,
    after: `author, context) ?? { verdict: { ...old, attempt: change.attempt } }`,
  },
  {
    id: 'same-verdict-for-every-retry',
    group: 'S3',
    without: 'a refused intent is judged again for a greater attempt',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  if (change.attempt > old.attempt) return false`,
    after: `  if (change.attempt < old.attempt) return true`,
  },
  {
    id: 'receipt-loses-against-a-refusal',
    group: 'N4',
    without: 'a valid receipt wins over a refusal',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  return change.receipt === null || change.park || touchesGone(change, author)`,
    after: `  return change.receipt === null || change.attempt <= old.attempt`,
  },
  {
    id: 'receipts-not-honoured',
    group: 'N4',
    without: 'what comes again with a receipt keeps its times',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  if (receipt !== null)
    return {`,
    after: `  if (receipt !== null && receipt.hubStamp > layer.row.hubStamp)
    return {`,
  },
  {
    id: 'receipts-not-verified',
    group: 'S11',
    without: 'a receipt counts only if the hub signed it',
    file: 'packages/hub/src/ingest/ingest.ts',
    before: `    if (change.receipt !== null && !desk.context.receipts.verify(received, change.receipt))`,
    after: `    if (change.receipt !== null && change.receipt.mac === '')`,
  },
  {
    id: 'hole-let-through',
    group: 'N2',
    without: 'a push whose numbers have a hole is a gap',
    file: 'packages/core/src/protocol/chain.ts',
    before: `  if (base.n > lastN || changes.some(({ n }, index) => n !== base.n + 1 + index)) return 'push.gap'`,
    after: `  if (base.n > lastN) return 'push.gap'`,
  },
  {
    id: 'fork-not-noticed',
    group: 'N5',
    without: 'hub and device compare the newest link that both have',
    file: 'packages/core/src/protocol/chain.ts',
    before: `  return theirs === (newest === 0 ? CHAIN_START : linkAt(newest)) ? null : 'push.fork'`,
    after: `  return theirs === (newest === 0 ? CHAIN_START : theirs) ? null : 'push.fork'`,
  },
  {
    id: 'refused-n-not-used-up',
    group: 'S3',
    without: 'a refusal uses its n up',
    file: 'packages/hub/src/ingest/ingest.ts',
    before: `  advanceChain(layer, offered)
  const chunks`,
    after: `  if (ran.verdicts.every(({ type }) => type === 'applied')) advanceChain(layer, offered)
  const chunks`,
  },
  {
    id: 'half-a-refused-push-kept',
    group: 'N3',
    without: 'nothing of a refused push has happened',
    file: 'packages/hub/src/ingest/ingest.ts',
    before: `  if (answered.type === 'answered') keep(desk, work, layer, offered)`,
    after: `  keep(desk, work, layer, offered)`,
  },
  {
    id: 'verdicts-not-read-after-a-restart',
    group: 'N3',
    without: 'what the hub holds in memory is read again when it starts',
    file: 'packages/hub/src/sqlite/verdict-table.ts',
    before: `this.#tail.set(keyOf(space, intent), (this.#lastNo = no))`,
    after: `if (space + intent !== '') this.#lastNo = no`,
  },
  {
    id: 'refused-change-takes-a-version',
    group: 'N16',
    without: 'versions have no gaps',
    file: 'packages/hub/src/ingest/process.ts',
    before: `  if (isRefusal(judged)) return { outcome: refusal(judged) }`,
    after: `  if (isRefusal(judged)) {
    layer.row = { ...layer.row, head: layer.row.head + 1 }
    return { outcome: refusal(judged) }
  }`,
  },
  {
    id: 'tag-not-checked',
    group: 'N4',
    without: 'a cursor names the tag of its version, which another history does not have',
    file: 'packages/hub/src/same-history.ts',
    before: `tagOf(position) === tag`,
    after: `tagOf(position) !== '-' + tag`,
  },
  {
    id: 'durable-through-the-head',
    group: 'N4',
    without: 'durable is what the oldest copy has that may still be put back',
    file: 'packages/hub/src/pull/pull.ts',
    before: `headByMs = context.nowMs - context.restorableMs`,
    after: `headByMs = context.nowMs + context.restorableMs`,
  },
  {
    id: 'durable-of-any-epoch',
    group: 'N4',
    without: 'a new epoch has none of the copies of the one before',
    file: 'packages/hub/src/sqlite/sqlite-storage.ts',
    before: `      if (changes > 0) this.#headsByDay.beginAnew(nowMs)`,
    after: `      if (changes < 0) this.#headsByDay.beginAnew(nowMs)`,
  },
  {
    id: 'gone-ids-forgotten',
    group: 'N18',
    without: 'the ids of what was forgotten stay known',
    file: 'packages/hub/src/ingest/ingest.ts',
    before: `layer.isForgotten(collection, id) || found.gone(push.space, collection, id)`,
    after: `layer.isForgotten(collection, id)`,
  },
  {
    id: 'horizon-ignored',
    group: 'N18',
    without: 'a cursor behind the horizon has expired',
    file: 'packages/hub/src/pull/pull.ts',
    before: `boolean => base > 0 && base < horizon`,
    after: `boolean => base > horizon && base < 0`,
  },
]
