// Random histories of tabs that open, write, close, crash, freeze and go into the browser's cache, in any order of events.
import fc from 'fast-check'
import { mintRecordId, mintSpaceId, type SpaceId } from '@tombolo/core'
import { describe, expect, test } from 'vitest'
import type { Query, Row, WatchEvent } from '../engine/port.ts'
import { applyDelta } from '../query/delta.ts'
import { seededRandom } from '../test/local-store-kit.ts'
import { app } from '../test/tabs/lab/schema.ts'
import { type TestTab, World } from '../test/tabs/world.ts'

const RUNS = 100 * Number(process.env['TOMBOLO_RUNS'] ?? 1)
const TABS_MAX = 4
const space: SpaceId = mintSpaceId(1_790_000_000_000, seededRandom(1))
/** A note that counts how often a batch was carried out. */
const tally = mintRecordId(1_789_000_000_000, seededRandom(2))
const notes: Query = { collection: 'notes', space, where: [], orderBy: [], limit: null, offset: 0, search: null }

type Act = 'open' | 'write' | 'close' | 'crash' | 'freeze' | 'thaw' | 'leave' | 'return' | 'happen'

const acts = fc.array(
  fc.record({
    act: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Act>('write') },
      { weight: 8, arbitrary: fc.constant<Act>('happen') },
      { weight: 2, arbitrary: fc.constant<Act>('open') },
      fc.constantFrom<Act>('close', 'crash', 'freeze', 'thaw', 'leave', 'return'),
    ),
    which: fc.nat(),
    often: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 10, maxLength: 120 },
)

/** A tab's page: what it wrote, what it was answered, what it sees. */
class Page {
  readonly at: TestTab
  readonly asked: string[] = []
  readonly saved = new Set<string>()
  readonly errors: unknown[] = []
  seen: readonly Row[] | null = null

  constructor(at: TestTab) {
    this.at = at
    this.at.tab.relay.watch({ type: 'query', query: notes }, (event) => this.#told(event))
  }

  write(title: string, record: ReturnType<typeof mintRecordId>): void {
    this.asked.push(title)
    this.at.tab.relay
      .write({
        operationId: '',
        type: 'write',
        space,
        createsSpace: true,
        steps: [
          { type: 'add', collection: 'notes', record, values: { title } },
          ...(record === tally ? [] : [{ type: 'increment', collection: 'notes', record: tally, field: 'visits', by: 1 } as const]),
        ],
      })
      .then(
        (answer) => (answer.ok ? this.saved.add(title) : this.errors.push(answer)),
        (error: unknown) => this.errors.push(error),
      )
  }

  get waits(): boolean {
    return this.saved.size + this.errors.length < this.asked.length
  }

  #told(event: WatchEvent): void {
    if (event.type === 'rows') this.seen = event.rows
    else if (event.type === 'delta') this.seen = applyDelta(this.seen ?? [], event)
    else this.errors.push(event)
  }
}

class Story {
  readonly world: World
  readonly pages: Page[] = []
  readonly away = new Set<Page>()
  readonly saved = new Set<string>()
  #count = 0
  readonly #random = seededRandom(3)

  constructor(seed: number, disk: 'disk' | 'memory') {
    const bytes = seededRandom(seed)
    const chance = (): number => ((bytes(1)[0] ?? 0) * 256 + (bytes(1)[0] ?? 0)) / 65_536
    this.world = new World({ schema: app, disk, chance })
  }

  async begin(): Promise<void> {
    this.pages.push(new Page(this.world.open()))
    this.pages[0]?.write('tally', tally)
    await this.heal()
  }

  async act(act: Act, which: number, often: number): Promise<void> {
    const page = this.pages[which % Math.max(1, this.pages.length)]
    if (act === 'happen') for (let time = 0; time < often; time++) await this.world.step()
    if (act === 'open' && this.pages.length < TABS_MAX) this.pages.push(new Page(this.world.open()))
    if (page === undefined) return
    if (act === 'write' && !this.away.has(page)) page.write(`note ${++this.#count}`, mintRecordId(1_790_000_000_000, this.#random))
    if (act === 'close' || act === 'crash') this.end(page, act)
    if (act === 'freeze') this.world.freeze(page.at)
    if (act === 'thaw') this.world.thaw(page.at)
    if (act === 'leave') this.leave(page)
    if (act === 'return' && this.away.delete(page)) page.at.tab.returnHere()
  }

  end(page: Page, how: 'close' | 'crash'): void {
    this.pages.splice(this.pages.indexOf(page), 1)
    this.away.delete(page)
    for (const title of page.saved) this.saved.add(title)
    // A page that closes tells its worker, which is ended whether it has finished or not.
    if (how === 'close') void page.at.tab.leave()
    this.world.crash(page.at)
  }

  leave(page: Page): void {
    this.away.add(page)
    void page.at.tab.leave()
  }

  /** Everything that can come back does; then there is nothing left to wait for. */
  async heal(): Promise<void> {
    for (const page of this.pages) this.world.thaw(page.at)
    for (const page of this.away) page.at.tab.returnHere()
    this.away.clear()
    if (this.pages.length === 0) this.pages.push(new Page(this.world.open()))
    await this.world.until(() => this.pages.every((page) => !page.waits && page.seen !== null))
    await this.world.settle()
  }

  async rows(): Promise<readonly Row[]> {
    const page = this.pages[0]
    if (page === undefined) return []
    const answer = await this.world.result(page.at.tab.relay.read({ type: 'query', query: notes }))
    return answer.type === 'rows' ? answer.rows : []
  }
}

async function tell(seed: number, disk: 'disk' | 'memory', steps: readonly { act: Act; which: number; often: number }[]): Promise<void> {
  const story = new Story(seed, disk)
  await story.begin()
  for (const { act, which, often } of steps) await story.act(act, which, often)
  await story.heal()
  const rows = await story.rows()
  const titles = rows.map(({ title }) => title)
  expect(story.world.faults).toEqual([])
  expect(story.pages.flatMap((page) => page.errors)).toEqual([])
  // Each at most once, and carried out at most once.
  expect(new Set(titles).size).toBe(titles.length)
  expect(rows.find(({ id }) => id === tally)).toMatchObject({ visits: rows.length - 1 })
  for (const page of story.pages) {
    for (const title of page.asked) expect(titles).toContain(title)
    expect(page.seen).toEqual(rows)
  }
  for (const title of story.saved) expect(titles).toContain(title)
}

describe('whatever happens to tabs, each acknowledged write is there exactly once, and every page sees what is there', () => {
  test.each(['disk', 'memory'] as const)(
    'the database is on %s',
    async (disk) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), acts, (seed, steps) => tell(seed, disk, steps)),
        { numRuns: RUNS },
      )
    },
    120_000,
  )
})
