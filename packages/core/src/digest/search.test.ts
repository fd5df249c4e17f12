import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordId } from '../ids.ts'
import type { Digested } from './digest.ts'
import {
  afterCompare,
  afterTake,
  DIGEST_PARTS,
  type DigestPart,
  type IdRange,
  NEW_SEARCH,
  nextStep,
  rangesOf,
  type Search,
} from './search.ts'

/** A side, in short: which content it holds under which id. Ids are numbers written so that they sort. */
type Side = ReadonlyMap<number, number>
const idOf = (n: number): RecordId => n.toString(16).padStart(8, '0') as RecordId
const numberOf = (id: RecordId): number => Number.parseInt(id, 16)

function within(side: Side, { from, to }: IdRange): [number, number][] {
  const [least, end] = [from === null ? 0 : numberOf(from), to === null ? Infinity : numberOf(to)]
  return [...side].filter(([n]) => n >= least && n < end)
}

/** Any sum that tells these sides apart does here. */
function digestOf(records: readonly [number, number][]): Digested {
  const sum = records.reduce((total, [n, content]) => (total + Math.imul(n * 31 + content + 7, 0x9e3779b1)) >>> 0, 0)
  return { count: records.length, digest: String(sum) }
}

function divided(side: Side, range: IdRange): DigestPart[] {
  const records = within(side, range).sort(([a], [b]) => a - b)
  const size = Math.max(1, Math.ceil(records.length / DIGEST_PARTS))
  const parts: DigestPart[] = []
  for (let at = 0; at === 0 || at < records.length; at += size) {
    const from = at === 0 ? range.from : idOf(records[at]?.[0] ?? 0)
    parts.push({ from, ...digestOf(records.slice(at, at + size)) })
  }
  return parts
}

interface Outcome {
  readonly compares: number
  readonly takes: number
  readonly device: Side
}

/** A whole search: what is taken replaces what the device holds in that range, at most `page` records at a time. */
function mended(hub: Side, before: Side, page = 1000): Outcome {
  let device = new Map(before)
  let search: Search = NEW_SEARCH
  const count = { compare: 0, take: 0 }
  for (let step = nextStep(search); step !== null; step = nextStep(search)) {
    count[step.type]++
    if (step.type === 'compare') {
      const parts = divided(hub, step.range)
      const held = new Map(within(device, step.range))
      const ours = rangesOf(step.range, parts).map((range) => digestOf(within(held, range)))
      search = afterCompare(search, parts, ours)
    } else {
      const records = within(hub, step.range).sort(([a], [b]) => a - b)
      const next = records[page]
      const to = next === undefined ? step.range.to : idOf(next[0])
      const gone = new Set(within(device, { from: step.range.from, to }).map(([n]) => n))
      device = new Map([...[...device].filter(([n]) => !gone.has(n)), ...records.slice(0, page)])
      search = afterTake(search, to)
    }
  }
  return { compares: count.compare, takes: count.take, device }
}

const sorted = (side: Side): readonly [number, number][] => [...side].sort(([a], [b]) => a - b)
const many = (count: number): Map<number, number> => new Map(Array.from({ length: count }, (_, n) => [n, n % 7]))

test('[Q5] whatever device and hub hold, the device ends with what the hub holds', () => {
  const side = fc.array(fc.tuple(fc.nat(300), fc.nat(2)), { maxLength: 200 }).map((records) => new Map(records))
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 40 }), (hub, device, page) => {
      expect(sorted(mended(hub, device, page).device)).toEqual(sorted(hub))
    }),
    { numRuns: 500 },
  )
})

test('[Q5] sides that are alike cost one request, and nothing is taken', () => {
  expect(mended(many(10_000), many(10_000))).toMatchObject({ compares: 1, takes: 0 })
  expect(mended(new Map(), new Map())).toMatchObject({ compares: 1, takes: 0 })
})

test('[Q5] one difference among 100,000 records costs requests as their logarithm, and few records', () => {
  const hub = many(100_000)
  const device = many(100_000)
  for (const alter of [() => device.set(77_777, 99), () => device.delete(12_345), () => device.set(200_000, 1)]) {
    alter()
    const found = mended(hub, device)
    expect(found.compares).toBeLessThanOrEqual(5)
    expect(found.takes).toBe(1)
    expect(found.device.size).toBe(hub.size)
    device.clear()
    for (const [n, content] of hub) device.set(n, content)
  }
})

test('[Q5] where most differs, everything is taken at once', () => {
  const device = new Map([...many(5000)].map(([n, content]) => [n, content + 1]))
  expect(mended(many(5000), device, 500)).toMatchObject({ compares: 1, takes: 10 })
})

test('[Q5] a hub that never divides a range does not keep the device searching', () => {
  const [part] = divided(many(5000), { from: null, to: null })
  const search = afterCompare(NEW_SEARCH, [{ from: null, count: 5000, digest: part?.digest ?? '' }], [digestOf([])])
  expect(nextStep(search)).toEqual({ type: 'take', range: { from: null, to: null } })
})
