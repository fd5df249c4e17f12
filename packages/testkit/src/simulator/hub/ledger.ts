/**
 * What the hub has committed, as its storage was told: the truth that devices are held to. Beside it, what must hold at every commit.
 *
 * I-ONCE an intent is applied once · I-DOT a dot names one content · I-CHAIN the chain of a replica has no hole and its hashes are right ·
 * I-SEQ versions have no hole · I-HLC no stamp is ahead of the hub's clock · I-TENANT only who was given a role
 * writes in a space, and only its owner makes it
 */
import { chainHashOf, type Hash, type Intent, msOfStamp, type SpaceId, STAMP_AHEAD_MAX_MS, type Standing } from '@tombolo/core'
import type { Effects, SpaceEffects, VerdictRow } from '@tombolo/hub'
import { holds } from '../broken.ts'

export interface SpaceLedger {
  owner: string
  /** What each account may do that has, or had, a role. */
  readonly standings: Map<string, Standing>
  head: number
  /** Log chunks, as text, in the order of versions. */
  readonly chunks: string[]
  readonly verdicts: Map<Intent, VerdictRow>
  /** The end of each replica's chain. */
  readonly ends: Map<string, { readonly n: number; readonly hash: string }>
  readonly dots: Map<string, string>
  /** The tag of each commit, and the version that it ended with. */
  readonly tags: { readonly head: number; readonly tag: string }[]
  /** When each verdict was given. */
  readonly judgedMs: Map<Intent, number>
}

/** The tag of the commit that a version belongs to. */
export const tagAt = ({ tags }: SpaceLedger, version: number): string | undefined => tags.find(({ head }) => head >= version)?.tag

export class Ledger {
  readonly spaces: Map<SpaceId, SpaceLedger>
  readonly #hash: Hash

  constructor(hash: Hash, spaces: Map<SpaceId, SpaceLedger> = new Map()) {
    this.#hash = hash
    this.spaces = spaces
  }

  /** A copy of how it stands, to go with a backup. */
  copy(): Ledger {
    const spaces = [...this.spaces].map(
      ([id, { owner, standings, head, chunks, verdicts, ends, dots, tags, judgedMs }]) =>
        [
          id,
          {
            owner,
            standings: new Map(standings),
            head,
            chunks: [...chunks],
            verdicts: new Map(verdicts),
            ends: new Map(ends),
            dots: new Map(dots),
            tags: [...tags],
            judgedMs: new Map(judgedMs),
          },
        ] as [SpaceId, SpaceLedger],
    )
    return new Ledger(this.#hash, new Map(spaces))
  }

  applied(space: SpaceId, intent: Intent): boolean {
    return this.spaces.get(space)?.verdicts.get(intent)?.outcome.type === 'applied'
  }

  commits({ spaces }: Effects, nowMs: number): void {
    for (const effects of spaces) this.#commits(effects, nowMs)
  }

  #commits(effects: SpaceEffects, nowMs: number): void {
    const { space, owner, head } = effects.space
    const held = this.spaces.get(space) ?? emptySpace(owner)
    this.spaces.set(space, held)
    holds(held.owner === owner, 'I-TENANT', () => `${space} was ${held.owner}'s and is ${owner}'s`)
    for (const { account, standing } of effects.members) held.standings.set(account, standing)
    for (const { first, last } of effects.chunks) {
      holds(first === held.head + 1 && last >= first, 'I-SEQ', () => `${space}: ${first} to ${last} follows ${held.head}`)
      held.head = last
    }
    holds(held.head === head, 'I-SEQ', () => `${space}: the head is ${head}, the log ends at ${held.head}`)
    for (const { text } of effects.chunks) held.chunks.push(text)
    if (effects.tag !== null) held.tags.push({ head, tag: effects.tag })
    for (const verdict of effects.verdicts) this.#judged(space, held, verdict, nowMs)
    this.#chains(effects, held)
  }

  #judged(space: SpaceId, held: SpaceLedger, verdict: VerdictRow, nowMs: number): void {
    const before = held.verdicts.get(verdict.intent)
    holds(before?.outcome.type !== 'applied', 'I-ONCE', () => `${verdict.intent} was applied before`)
    holds(held.standings.has(verdict.account), 'I-TENANT', () => `${verdict.account} wrote in ${space}`)
    held.verdicts.set(verdict.intent, verdict)
    held.judgedMs.set(verdict.intent, nowMs)
    if (verdict.outcome.type !== 'applied') return
    const aheadMs = msOfStamp(verdict.outcome.effectiveStamp) - nowMs
    holds(aheadMs <= STAMP_AHEAD_MAX_MS, 'I-HLC', () => `${verdict.intent} is ${aheadMs} ms ahead of the hub`)
  }

  /** Changes that were known under another dot are links of the chain without a verdict of their own; what follows them is not checked. */
  #chains({ positions, verdicts }: SpaceEffects, held: SpaceLedger): void {
    for (const { replica, lastN, hash } of positions) {
      const end = held.ends.get(replica) ?? { n: 0, hash: 'A'.repeat(22) }
      holds(lastN >= end.n, 'I-CHAIN', () => `${replica} had ${end.n} and has ${lastN}`)
      const own = verdicts.filter((verdict) => verdict.replica === replica && verdict.n > end.n).sort((a, b) => a.n - b.n)
      let last = end
      for (const { n, attempt, contentHash, link } of own) {
        if (n !== last.n + 1) break
        const isRight = chainHashOf(this.#hash, last.hash as never, n, attempt, contentHash) === link
        holds(isRight, 'I-CHAIN', () => `${replica} ${n} has a wrong link`)
        last = { n, hash: link }
      }
      if (last.n === lastN) holds(last.hash === hash, 'I-CHAIN', () => `${replica} ends in another link`)
      held.ends.set(replica, { n: lastN, hash })
    }
    for (const { replica, n, contentHash } of verdicts) {
      const dot = `${replica} ${n}`
      const known = held.dots.get(dot)
      holds(known === undefined || known === contentHash, 'I-DOT', () => `${dot} is ${known} and ${contentHash}`)
      held.dots.set(dot, contentHash)
      const lastN = held.ends.get(replica)?.n ?? 0
      holds(n <= lastN, 'I-CHAIN', () => `${dot} was judged, and its chain ends at ${lastN}`)
    }
  }
}

const emptySpace = (owner: string): SpaceLedger => ({
  owner,
  standings: new Map(),
  head: 0,
  chunks: [],
  verdicts: new Map(),
  ends: new Map(),
  dots: new Map(),
  tags: [],
  judgedMs: new Map(),
})
