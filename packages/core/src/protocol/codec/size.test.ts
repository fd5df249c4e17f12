import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Content } from '../../change.ts'
import { mintIntent, mintRecordId, mintReplicaId, mintSpaceId, nameOf, type ContentHash, type ChainHash } from '../../ids.ts'
import { stampAt } from '../../stamp.ts'
import { encodePage, encodePushRequest } from '../index.ts'
import type { LogEntry, PushRequest } from '../messages.ts'

/** A generator that looks random to gzip: ids are the part that cannot be compressed. */
function randomness(seed: number): (count: number) => Uint8Array {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  }
  return (count) => Uint8Array.from({ length: count }, next)
}

const CHANGES = 50
const START_MS = 1_763_830_000_000
/** What people write into forms: the same things again and again, with other numbers. */
const TITLES = ['Nest by the old wall, north slope', 'Water level at the bridge gauge', 'Fresh tracks across the upper path']
const BODIES = [
  'Two adults and one young seen feeding',
  'Low after a dry week, 12 cm under the mark',
  'Three deer going east in the morning',
]

function build(): { readonly push: PushRequest; readonly entries: readonly LogEntry[]; readonly values: string } {
  const random = randomness(7)
  const number = (): number => random(1)[0] ?? 0
  const textOf = (phrases: readonly string[], length: number): string =>
    `${phrases[number() % phrases.length] ?? ''}; plot ${number()}, cover ${number() % 100} %, wind ${number() % 12} m/s`
      .padEnd(length, '.')
      .slice(0, length)
  const space = mintSpaceId(START_MS, random)
  const values = Array.from({ length: CHANGES }, () => [textOf(TITLES, 40), textOf(BODIES, 60)] as const)
  const contents = values.map(([title, body], index): Content => {
    const ms = START_MS + index * 7919
    const fields = [
      { kind: 'set' as const, field: 'title', value: title, over: [] },
      { kind: 'set' as const, field: 'body', value: body, over: [] },
    ]
    const create = { collection: 'notes', record: mintRecordId(ms, random), life: 'alive' as const, lifeOver: [], fields }
    return { intent: mintIntent(random), stamp: stampAt(ms), space, schemaVersion: 3, label: null, operations: [create] }
  })
  const push: PushRequest = {
    epoch: mintReplicaId(random),
    replica: mintReplicaId(random),
    space,
    create: false,
    schema: { version: 3, fingerprint: mintReplicaId(random) },
    cursor: 'c'.repeat(180),
    base: { n: 1234, hash: mintReplicaId(random) as string as ChainHash },
    changes: contents.map((content, index) => ({ n: 1235 + index, attempt: 0, park: false, content, receipt: null })),
  }
  const entries = contents.map((content, index) => ({
    version: 5000 + index,
    name: nameOf(content.intent, mintReplicaId(random) as string as ContentHash),
    content,
    by: 'ana@example.org',
    effectiveStamp: content.stamp,
    hubStamp: stampAt(START_MS + 1_000_000 + index),
    unverified: false,
    awaits: [],
  }))
  return { push, entries, values: JSON.stringify(values) }
}

const { push, entries, values } = build()
const perChange = (text: string) => ({ raw: text.length / CHANGES, gzip: gzipSync(text, { level: 6 }).length / CHANGES })

test('[R6] a push of 50 creates with 100 bytes of values has at most 175 bytes for each, 55 in gzip', () => {
  const { raw, gzip } = perChange(JSON.stringify(encodePushRequest(push)))
  expect(raw).toBeLessThanOrEqual(175)
  expect(gzip).toBeLessThanOrEqual(55)
  // Beside the values: 20 bytes of random ids, which nothing compresses, and 14 for all the rest.
  expect(gzip - perChange(values).gzip).toBeLessThanOrEqual(34)
})

test('[R6] a page of the log has the same, and names and stamps of the hub', () => {
  const { epoch, replica, space } = push
  const head = { epoch: epoch ?? '', replica, space, hubTimeMs: START_MS, from: 'c'.repeat(180), cursor: 'c'.repeat(180) }
  const page = { ...head, more: false, head: 5050, verdicts: [], durableThrough: 0, body: { type: 'log' as const, entries } }
  const { raw, gzip } = perChange(JSON.stringify(encodePage(page)))
  expect(raw).toBeLessThanOrEqual(190)
  expect(gzip).toBeLessThanOrEqual(55)
})
