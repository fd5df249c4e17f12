import { collection, counter, schema, type SpaceId, string } from '@tombolo/core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { EnginePort, WriteAnswer } from '../engine/port.ts'
import { Store } from '../page/store.ts'
import { openPage, type TestPage } from '../test/page/kit.ts'
import { portOver } from './channel.ts'
import { type Keep, type Leaving, Unanswered } from './unanswered.ts'

const app = schema({ version: 1, collections: { notes: collection({ title: string(), visits: counter() }) } })

let page: TestPage<typeof app>
let texts: Map<string, string>
let space: SpaceId
let leave: () => void
let comeBack: () => void

const keep = (): Keep => ({
  names: () => [...texts.keys()],
  read: (name) => texts.get(name) ?? null,
  write: (name, text) => void texts.set(name, text),
  remove: (name) => void texts.delete(name),
})

const leaving: Leaving = {
  watch: (left, returned) => {
    ;[leave, comeBack] = [left, returned]
    return () => {}
  },
}

const open = (port: EnginePort, kept = keep()): Promise<Store<typeof app>> =>
  Store.open({ schema: app, port: new Unanswered(port, kept, leaving, () => 1) })

/** A worker that ends with its page: what it is told is carried out or not, and no answer comes. */
const dying = (isCarriedOut: boolean): EnginePort =>
  portOver(page.engine, {
    write: (batch): Promise<WriteAnswer> => {
      if (isCarriedOut) void page.engine.write(batch)
      return new Promise(() => {})
    },
  })

const visits = async (store: Store<typeof app>): Promise<number[]> => (await store.db.notes.all()).map((note) => note.visits)

beforeEach(async () => {
  page = await openPage(app)
  texts = new Map()
  space = (await page.store.createSpace('Pond')).id
  await page.store.write((w) => w.notes.add(space, { title: 'Heron' }))
})

describe('a page that goes with its last words unanswered', () => {
  test.each([true, false])('finds them saved once when it is opened again, carried out before: %s', async (isCarriedOut) => {
    const store = await open(dying(isCarriedOut))
    const [note] = await store.db.notes.all()
    if (note === undefined) throw new Error('the note is not there')
    void store.write((w) => w.notes.increment(note, 'visits', 1))
    leave()
    void store.write((w) => w.notes.increment(note, 'visits', 10))
    expect(texts.size).toBe(2)
    const next = await open(page.engine)
    expect(await visits(next)).toEqual([11])
    expect(texts.size).toBe(0)
    expect(await visits(await open(page.engine))).toEqual([11])
  })

  test('leaves nothing where all was answered, also when it only seemed to go', async () => {
    const store = await open(page.engine)
    const [note] = await store.db.notes.all()
    if (note === undefined) throw new Error('the note is not there')
    await store.write((w) => w.notes.increment(note, 'visits'))
    leave()
    expect(texts.size).toBe(0)
    const saved = store.write((w) => w.notes.increment(note, 'visits'))
    expect(texts.size).toBe(1)
    comeBack()
    await saved
    expect(texts.size).toBe(0)
  })

  test('keeps the order', async () => {
    const store = await open(dying(false))
    const [note] = await store.db.notes.all()
    if (note === undefined) throw new Error('the note is not there')
    leave()
    for (const title of ['a', 'b', 'c']) void store.write((w) => w.notes.set(note, { title }))
    texts = new Map([...texts].toReversed())
    expect((await (await open(page.engine)).db.notes.all()).map(({ title }) => title)).toEqual(['c'])
  })

  test('works where the browser keeps nothing, and reads nothing strange', async () => {
    const refuse = (): never => {
      throw new Error('denied')
    }
    const store = await open(page.engine, { names: refuse, read: refuse, write: refuse, remove: refuse })
    leave()
    await store.createSpace('Lake')
    texts.set('x', 'not JSON').set('y', '{}').set('z', 'null')
    expect(await visits(await open(page.engine))).toEqual([0])
  })
})
