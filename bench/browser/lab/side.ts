/** What is measured, as either side does it: the store with all that it keeps, or a table of JSON in a bare worker. */
import { type Note, noteOf, siteOf, SITES } from '../../src/notes.ts'

export interface Side {
  /** Durable when it resolves. */
  add(note: Note): Promise<unknown>
  get(id: string): Promise<unknown>
  /** The newest hundred of a site. */
  newest(site: string): Promise<readonly unknown[]>
  ids(): Promise<readonly string[]>
  /** Who has the database: another tab, once this one's lock is another holder's. */
  readonly lock: string
}

export type Work = 'add' | 'get' | 'newest'

/** A step between reads that leaves no page for the next one, and meets every record. */
const STRIDE = 7919
const FULL = 100

/** One after another, as a person's app would wait for each. Milliseconds of the median one. */
export async function runWork(side: Side, ids: readonly string[], work: Work, count: number): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    const startedAtMs = performance.now()
    await runOnce(side, ids, work, index)
    times.push(performance.now() - startedAtMs)
  }
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN
}

async function runOnce(side: Side, ids: readonly string[], work: Work, index: number): Promise<void> {
  if (work === 'add') await side.add(noteOf(index))
  if (work === 'get') found(await side.get(ids[(index * STRIDE) % ids.length] ?? ''))
  if (work === 'newest') found((await side.newest(siteOf(index % SITES))).length === FULL)
}

function found(value: unknown): void {
  if (value === null || value === undefined || value === false) throw new Error('the bench reads what is not there')
}
