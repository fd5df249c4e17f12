import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mintRecordId, mintSpaceId, type SpaceId } from '@tombolo/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Log } from '../log.ts'
import type { Gone } from '../storage.ts'
import { openSqlite } from '../sqlite/index.ts'
import { seeded } from '../test/bench-hub.ts'
import { temporaryDatabase, temporaryDirectory } from '../test/database.ts'
import { repeatLedger } from './ledger.ts'
import { openLedger } from './ledger-file.ts'

const random = seeded(3)
const goneOf = (count: number, space: SpaceId = mintSpaceId(1, random)): Gone => ({
  space,
  through: count,
  records: Array.from({ length: count }, () => ({ collection: 'notes', id: mintRecordId(1, random) })),
})

const newPath = (): string => join(temporaryDirectory(), 'hub.ledger')

function read(path: string, position = 0): readonly Gone[] {
  const ledger = openLedger(path)
  const entries = [...ledger.after(position)].map(({ gone }) => gone)
  ledger.close()
  return entries
}

function written(path: string, entries: readonly Gone[]): readonly number[] {
  const ledger = openLedger(path)
  const ends = entries.map((entry) => ledger.append(entry))
  ledger.close()
  return ends
}

describe('the ledger', () => {
  it('[P6] is there after a restart, from any position on', () => {
    const path = newPath()
    const entries = [goneOf(1), goneOf(3000), goneOf(2)]
    const ends = written(path, entries)
    expect(read(path)).toEqual(entries)
    expect(ends.map((end) => read(path, end).length)).toEqual([2, 1, 0])
    const more = goneOf(1)
    written(path, [more])
    expect(read(path)).toEqual([...entries, more])
  })

  it('[P6] loses only the entry that a crash cut off, wherever it did, and goes on after it', () => {
    const path = newPath()
    const entries = [goneOf(1), goneOf(2)]
    const [first = 0, end = 0] = written(path, entries)
    const whole = readFileSync(path)
    fc.assert(
      fc.property(fc.integer({ min: first, max: end - 1 }), fc.constantFrom('', '\0\0\0', '\0\n'), (cut, tail) => {
        writeFileSync(path, whole.subarray(0, cut))
        appendFileSync(path, tail)
        expect(read(path)).toEqual(entries.slice(0, 1))
        expect(readFileSync(path)).toEqual(whole.subarray(0, first))
        const more = goneOf(1)
        written(path, [more])
        expect(read(path)).toEqual([...entries.slice(0, 1), more])
      }),
      { numRuns: 40 },
    )
  })

  it('[P6] that is damaged before its end is refused, and left as it is', () => {
    const path = newPath()
    const [first = 0] = written(path, [goneOf(1), goneOf(2)])
    const bytes = readFileSync(path)
    bytes[first - 5] = (bytes[first - 5] ?? 0) ^ 1
    writeFileSync(path, bytes)
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'ledger.damaged' }))
    expect(readFileSync(path)).toEqual(bytes)
  })

  it('[P6] with an entry of a kind that this hub does not know is refused', () => {
    const path = newPath()
    // The checksum of ["erased"], by another program.
    writeFileSync(path, 'JTiAcZOYq7R2Wo3p ["erased"]\n')
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'ledger.newer' }))
  })
})

describe('a database that is older than the ledger', () => {
  const said: object[] = []
  const log: Log = { info: () => undefined, warn: (facts) => void said.push(facts), error: () => undefined }

  it('[P6] is told what has happened since, once', async () => {
    const path = newPath()
    const ledger = openLedger(path)
    const entries = [goneOf(1), goneOf(2), goneOf(1)]
    for (const entry of entries) ledger.append(entry)
    const storage = openSqlite({ path: temporaryDatabase(), mintEpoch: () => 'an-epoch' })
    await storage.repeat(null, [...ledger.after(0)][0]?.end ?? 0)
    const repeated: (Gone | null)[] = []
    const repeat: typeof storage.repeat = (gone, noted) => {
      repeated.push(gone)
      return storage.repeat(gone, noted)
    }
    const counted = { noted: () => storage.noted(), repeat }
    await repeatLedger(ledger, counted, log)
    await repeatLedger(ledger, counted, log)
    expect(repeated).toEqual(entries.slice(1))
    expect(await storage.noted()).toBe(ledger.end)
  })

  it('[P6] takes up a ledger that was lost and put back, after another one was begun', async () => {
    const [lost, other] = [newPath(), newPath()]
    const storage = openSqlite({ path: temporaryDatabase(), mintEpoch: () => 'an-epoch' })
    const entries = [goneOf(1), goneOf(40)]
    await repeatLedger(openWith(lost, entries), storage, log)
    await repeatLedger(openWith(other, [goneOf(2)]), storage, log)
    const repeated: (Gone | null)[] = []
    const repeat: typeof storage.repeat = (gone, noted) => {
      repeated.push(gone)
      return storage.repeat(gone, noted)
    }
    await repeatLedger(openLedger(lost), { noted: () => storage.noted(), repeat }, log)
    expect(repeated).toEqual(entries)
  })

  it('[P6] goes on with a ledger that is shorter than it was, and says so', async () => {
    const path = newPath()
    const storage = openSqlite({ path: temporaryDatabase(), mintEpoch: () => 'an-epoch' })
    await repeatLedger(openWith(path, [goneOf(1), goneOf(1)]), storage, log)
    truncateSync(path, 0)
    said.length = 0
    await repeatLedger(openLedger(path), storage, log)
    expect(said).toMatchObject([{ code: 'hub.ledger' }])
    expect(await storage.noted()).toBe(0)
  })
})

function openWith(path: string, entries: readonly Gone[]): ReturnType<typeof openLedger> {
  const ledger = openLedger(path)
  for (const entry of entries) ledger.append(entry)
  return ledger
}
