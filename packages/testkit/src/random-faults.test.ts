/**
 * The promises over random seasons: devices, their hub and the way between them fail in every way that is known here, and when they no
 * longer do, everything is there, once, and the same for everyone. `TOMBOLO_SEASONS=1000 TOMBOLO_FROM=1` runs more of them.
 */
import { describe, expect, test } from 'vitest'
import { isThere, noteOf } from './test/season/person.ts'
import { type Fault, FAULTS, Season } from './test/season/season.ts'

const FIRST = Number(process.env['TOMBOLO_FROM'] ?? 1)
const SEASONS = Number(process.env['TOMBOLO_SEASONS'] ?? 30)
const STEPS = 120

const seeds = Array.from({ length: SEASONS }, (_, index) => FIRST + index)
const met = new Map<Fault, number>()

describe('[P3] [P7] [Q3] [M1] after a season of faults everything is there, once, and the same for everyone', () => {
  test.each(seeds)('seed %i', async (seed) => {
    const season = new Season(seed)
    try {
      await season.begin()
      for (let step = 0; step < STEPS; step += 1) await season.step()
      await season.heal()
      judge(season, await season.applied())
    } catch (error) {
      throw new Error(`seed ${seed}\n${season.told.join('\n')}`, { cause: error })
    } finally {
      season.end()
    }
    for (const [fault, times] of season.met) met.set(fault, (met.get(fault) ?? 0) + times)
  })

  test('each fault was met', () => {
    const missing = FAULTS.filter((fault) => !met.has(fault))
    expect(SEASONS < 30 ? [] : missing).toEqual([])
  })
})

function judge(season: Season, applied: ReadonlySet<string>): void {
  expect(season.members.flatMap(({ device }) => device.errors)).toEqual([])
  for (const { device, person } of season.members) {
    const open = [...device.store.state.changes.live].filter(({ status }) => status !== 'applied')
    expect([person.name, open.map(({ status, intent }) => ({ status, intent }))]).toEqual([person.name, []])
    expect([person.name, contentsOf(season, device)]).toEqual([person.name, contentsOf(season)])
  }
  const deeds = season.members.flatMap(({ person }) => person.deeds)
  const lost = deeds.filter(({ intent }) => !applied.has(intent) && !season.forgotten.has(intent))
  expect(lost).toEqual([])
  const [first] = season.members
  if (first === undefined) throw new Error('nobody was there')
  for (const record of new Set(deeds.map((deed) => deed.record))) {
    const note = noteOf(first.device, record)
    if (!isThere(note)) continue
    const done = deeds.filter((deed) => deed.record === record && applied.has(deed.intent))
    const visits = done.filter(({ word }) => word === null).length
    expect([record, note.visits]).toEqual([record, visits])
    const body = note.body ?? ''
    const words = done.flatMap(({ word }) => (word === null ? [] : [word]))
    expect({ body, notOnce: words.filter((word) => body.split(word).length !== 2) }).toEqual({ body, notOnce: [] })
  }
}

function contentsOf({ members }: Season, device = members[0]?.device): readonly unknown[] {
  return device?.store.state.database.prepare('SELECT *, 0 AS "$edited" FROM notes ORDER BY id').all() ?? []
}
