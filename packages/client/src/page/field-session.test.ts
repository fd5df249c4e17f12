import { boolean, collection, counter, date, integer, number, schema, type Step, string, text } from '@tombolo/core'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { SpaceItem } from '../engine/port.ts'
import { loadText } from '../test/local-store-kit.ts'
import { openPage, settle, type TestPage } from '../test/page/kit.ts'
import { type Loss, SlowPort } from '../test/page/slow-port.ts'
import { Misuse, StoreFull, TooBig } from './errors.ts'
import { type FieldSave, FieldSession, type FieldView, type Selection } from './field-session.ts'
import type { Field } from './fields.ts'
import { Store } from './store.ts'
import { applyDelta, moveOver } from '@tombolo/core'
import { diffText, typedDelta } from '@tombolo/core'
import type { TypedName } from './types.ts'

const app = schema({
  version: 1,
  collections: {
    notes: collection({
      title: string().check((title) => (title === 'bad' ? 'Not that.' : null)),
      subtitle: string().optional(),
      body: text(),
      seen: date().optional(),
      weight: number().optional(),
      rings: integer(),
      visits: counter(),
      done: boolean().optional(),
    }),
  },
})

type Note = NonNullable<Awaited<ReturnType<Store<typeof app>['db']['notes']['first']>>>

/** An input as a person has it before them. */
class Input implements FieldView {
  text = ''
  caret = 0
  isComposing = false
  readonly field: Field | FieldSession

  constructor(field: Field | FieldSession) {
    this.field = field
  }

  readonly selection = (): Selection => ({ start: this.caret, end: this.caret })

  readonly show = (shown: string, selection: Selection | null): void => {
    if (this.isComposing) throw new Error('an input was rewritten while it composes')
    this.text = shown
    this.caret = Math.min(selection?.end ?? shown.length, shown.length)
  }

  type(words: string, at = this.caret, removed = 0): void {
    this.text = this.text.slice(0, at) + words + this.text.slice(at + removed)
    this.caret = at + words.length
    this.field.input(this.text, this.caret, this)
  }
}

let timers: (() => void)[]
const fireTimers = (): void => timers.splice(0).forEach((run) => run())
const startTimer = (run: () => void): (() => void) => {
  timers.push(run)
  return () => void timers.splice(0, timers.length, ...timers.filter((other) => other !== run))
}

let page: TestPage<typeof app>
let port: SlowPort
let store: Store<typeof app>
let space: SpaceItem
let note: Note

beforeEach(open)

async function open(): Promise<void> {
  timers = []
  page = await openPage(app, (engine) => (port = new SlowPort(engine)))
  page.device.store.useText(await loadText())
  store = await Store.open({ schema: app, port, nowMs: () => page.device.clock.ms, random: page.device.random, startTimer })
  space = await store.createSpace('Pond')
  await store.write((w) => w.notes.add(space, { title: 'Heron', body: 'grey', rings: 0 }))
  note = (await store.db.notes.first()) as Note
}

const stored = async (): Promise<Note> => (await store.db.notes.get(note.id)) as Note

/** Another person, or another tab: straight into the engine. */
const others = (step: Step): void =>
  void page.device.store.write({ space: space.id, steps: [{ ...step, collection: 'notes', record: note.id }] })
const othersEdit = (to: string): void => {
  const body = String(page.device.store.state.database.prepare('SELECT body FROM notes').get()?.['body'])
  others({ type: 'edit', field: 'body', from: body, to })
}

function openInput(field: TypedName<Note>): Input {
  const input = new Input(store.field(note, field))
  ;(input.field as Field).attach(input)
  return input
}

const stateOf = (input: Input): unknown => (input.field as Field).snapshot().state

describe('a field', () => {
  test('has its text at once, and saves by itself', async () => {
    const input = openInput('title')
    expect(input.text).toBe('Heron')
    input.type('!', 5)
    expect(stateOf(input)).toBe('unsaved')
    fireTimers()
    expect(stateOf(input)).toBe('saving')
    await settle()
    expect(stateOf(input)).toBe('saved')
    expect((await stored()).title).toBe('Heron!')
  })

  test('saves at once when it is left', async () => {
    const input = openInput('body')
    input.type(' heron', 4)
    expect(await (input.field as Field).flush()).toMatchObject({ text: 'grey heron', state: 'saved' })
    expect((await stored()).body).toBe('grey heron')
    expect(timers).toEqual([])
  })

  test('is saved when its input is taken out', async () => {
    const input = new Input(store.field(note, 'body'))
    const detach = (input.field as Field).attach(input)
    input.type('!', 4)
    detach()
    await settle()
    expect((await stored()).body).toBe('grey!')
  })

  test('takes in what others write, round the caret', async () => {
    const input = openInput('body')
    input.caret = 4
    othersEdit('a grey heron')
    expect(input).toMatchObject({ text: 'a grey heron', caret: 6 })
    input.type('ish')
    othersEdit('a grey heron flies')
    expect(input).toMatchObject({ text: 'a greyish heron flies', caret: 9 })
    fireTimers()
    await settle()
    expect((await stored()).body).toBe('a greyish heron flies')
  })

  test('edited in two places leaves what others wrote between them, also when that is not known yet', async () => {
    port.isSlow = true
    const input = openInput('body')
    input.type('a ', 0)
    input.type(' heron', 6)
    fireTimers()
    othersEdit('gr, as I think, ey')
    await drain()
    port.isSlow = false
    expect((await stored()).body).toBe('a gr, as I think, ey heron')
    expect(input.text).toBe('a gr, as I think, ey heron')
  })

  test('is shown in several inputs alike', () => {
    const [first, second] = [openInput('body'), openInput('body')]
    second.caret = 4
    first.type('very ', 0)
    expect(second).toMatchObject({ text: 'very grey', caret: 9 })
  })

  test('is not rewritten while an input method composes', async () => {
    const input = openInput('body')
    const field = input.field as Field
    input.isComposing = true
    field.compositionStarted(input)
    input.type('に', 0)
    othersEdit('grey heron')
    fireTimers()
    await settle()
    expect(input.text).toBe('にgrey')
    expect((await stored()).body).toBe('grey heron')
    input.type('日', 0, 1)
    input.isComposing = false
    field.compositionEnded(input)
    expect(input.text).toBe('日grey heron')
    fireTimers()
    await settle()
    expect((await stored()).body).toBe('日grey heron')
  })

  test('of a value is the last person’s; what is typed stands until it is saved', async () => {
    const input = openInput('seen')
    input.type('1977', 0)
    others({ type: 'set', values: { seen: '2026-11-22' } })
    expect(input.text).toBe('1977')
    fireTimers()
    await settle()
    expect((await stored()).seen).toBe('1977')
    others({ type: 'set', values: { seen: '2026-11-22' } })
    expect(input.text).toBe('2026-11-22')
    input.type('', 0, 10)
    await (input.field as Field).flush()
    expect((await stored()).seen).toBeNull()
  })

  test('of a number is left as it is typed', async () => {
    const input = openInput('weight')
    input.type('1.50', 0)
    await (input.field as Field).flush()
    expect((await stored()).weight).toBe(1.5)
    expect(input.text).toBe('1.50')
    expect(stateOf(input)).toBe('saved')
    input.type('kg')
    expect(await (input.field as Field).flush()).toMatchObject({ text: '1.50kg', state: 'failed', error: { code: 'value.type' } })
    input.type('', 4, 2)
    expect(stateOf(input)).toBe('saved')
  })

  test('that is optional is absent when it is emptied', async () => {
    const input = openInput('subtitle')
    input.type('x', 0)
    await (input.field as Field).flush()
    expect((await stored()).subtitle).toBe('x')
    input.type('', 0, 1)
    await (input.field as Field).flush()
    expect((await stored()).subtitle).toBeNull()
  })

  test('that has no text is refused', () => {
    expect(() => store.field(note, 'visits')).toThrow(Misuse)
    expect(() => store.field(note, 'done' as 'title')).toThrow(expect.objectContaining({ code: 'field.kind' }))
    expect(() => store.field(note, 'colour' as 'title')).toThrow(expect.objectContaining({ code: 'field.unknown' }))
  })
})

describe('[P1] a page that goes while a save is under way', () => {
  for (const field of ['body', 'title'] as const)
    test(`has sent what was typed since, without its answer: ${field}`, async () => {
      const input = openInput(field)
      const before = input.text
      port.isSlow = true
      input.type(' one', before.length)
      fireTimers()
      input.type(' two')
      void (input.field as Field).flush()
      // Nothing comes back to the page any more.
      await port.deliverToEngine()
      await port.deliverToEngine()
      expect(page.device.store.state.database.prepare(`SELECT ${field} FROM notes`).get()?.[field]).toBe(`${before} one two`)
    })

  test('and comes back goes on: what was refused and what was saved behind it are one text, which is there once', async () => {
    const input = openInput('title')
    port.isSlow = true
    input.type('bad', 0, 5)
    fireTimers()
    input.type('ger')
    void (input.field as Field).flush()
    input.type('!')
    await drain()
    fireTimers()
    await drain()
    expect(stateOf(input)).toBe('saved')
    port.isSlow = false
    expect((await stored()).title).toBe('badger!')
    expect(input.text).toBe('badger!')
  })

  test('and comes back goes on: what the device did not take, and took behind it, is there once', async () => {
    const input = openInput('body')
    const { write } = port
    let refusals = 1
    port.write = async (batch) => (refusals-- > 0 ? { ok: false, code: 'storage.full', message: 'Full.' } : await write.call(port, batch))
    input.type(' one', 4)
    fireTimers()
    input.type(' two')
    await (input.field as Field).flush()
    fireTimers()
    await settle()
    expect(input.text).toBe('grey one two')
    expect((await stored()).body).toBe('grey one two')
    expect(stateOf(input)).toBe('saved')
  })

  test('and comes back goes on: each letter is there once, with what others wrote meanwhile', async () => {
    const input = openInput('body')
    port.isSlow = true
    input.type(' one', 4)
    fireTimers()
    input.type(' two')
    void (input.field as Field).flush()
    othersEdit('A grey')
    input.type(' three')
    await drain()
    fireTimers()
    await drain()
    port.isSlow = false
    expect((await stored()).body).toBe('A grey one two three')
    expect(input.text).toBe('A grey one two three')
  })
})

describe('a save that fails', () => {
  test('stays in the input, says why, and is among what is unsaved until it is saved', async () => {
    const input = openInput('title')
    store.unsaved.subscribe(() => {})
    input.type('bad', 0, 5)
    fireTimers()
    await settle()
    expect((input.field as Field).snapshot()).toMatchObject({
      text: 'bad',
      state: 'failed',
      error: { code: 'value.invalid', message: 'Not that.' },
    })
    expect(store.unsaved.get()).toMatchObject([{ field: 'title', text: 'bad', error: { code: 'value.invalid' } }])
    others({ type: 'set', values: { subtitle: 'meanwhile' } })
    expect(input.text).toBe('bad')
    input.type('ger')
    fireTimers()
    await settle()
    expect((await stored()).title).toBe('badger')
    expect(store.unsaved.get()).toEqual([])
  })

  test('says nothing of what was typed meanwhile, which is saved', async () => {
    const input = openInput('title')
    port.isSlow = true
    input.type('bad', 0, 5)
    fireTimers()
    input.type('ger')
    await drain()
    fireTimers()
    await drain()
    expect(stateOf(input)).toBe('saved')
    port.isSlow = false
    expect((await stored()).title).toBe('badger')
  })

  test('outlives its input, is found again by the next, and is tried again', async () => {
    const failing = { is: true }
    const { write } = port
    port.write = async (batch) => (failing.is ? { ok: false, code: 'storage.full', message: 'Full.' } : write.call(port, batch))
    const input = new Input(store.field(note, 'body'))
    const detach = (input.field as Field).attach(input)
    input.type('!', 4)
    detach()
    await settle()
    expect(store.unsaved.get()).toMatchObject([{ field: 'body', text: 'grey!' }])
    expect(store.unsaved.get()?.[0]?.error).toBeInstanceOf(StoreFull)
    const again = openInput('body')
    expect(again.text).toBe('grey!')
    failing.is = false
    ;(again.field as Field).attach(again)()
    await (again.field as Field).flush()
    expect((await stored()).body).toBe('grey!')
    expect(store.unsaved.get()).toEqual([])
  })

  test('is tried again when the store has moved', async () => {
    const failing = { is: true }
    const { write } = port
    port.write = async (batch) => (failing.is ? { ok: false, code: 'storage.full', message: 'Full.' } : write.call(port, batch))
    const input = new Input(store.field(note, 'body'))
    const detach = (input.field as Field).attach(input)
    input.type('!', 4)
    detach()
    await settle()
    failing.is = false
    others({ type: 'set', values: { title: 'Coot' } })
    await settle()
    expect((await stored()).body).toBe('grey!')
    expect(store.unsaved.get()).toEqual([])
  })

  test('and is past a limit is refused by name', async () => {
    const input = openInput('body')
    input.type('x'.repeat(2_000_000), 0)
    const { error } = await (input.field as Field).flush()
    expect(error).toBeInstanceOf(TooBig)
  })

  test('whose answer never came is sent again as it was, and done once', async () => {
    port.isSlow = true
    const input = openInput('body')
    input.type('!', 4)
    fireTimers()
    await settle()
    await port.deliverToEngine('answer')
    await drain()
    expect((input.field as Field).snapshot()).toMatchObject({ text: 'grey!', state: 'failed' })
    input.type('?')
    for (let saves = 0; saves < 2; saves++) {
      fireTimers()
      await drain()
    }
    port.isSlow = false
    expect((await stored()).body).toBe('grey!?')
  })
})

/** Everything arrives, and every timer has run. */
async function drain(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    await settle()
    if (port.isIdle) return
    await port.deliverToEngine()
    port.deliverToPage()
  }
}

/** What may happen while a person types; numbers are places as parts of a length. */
type Event =
  | { readonly type: 'type' | 'othersType'; readonly at: number; readonly count: number }
  | { readonly type: 'remove' | 'othersRemove'; readonly at: number; readonly count: number }
  | { readonly type: 'toEngine'; readonly loss: Loss }
  | { readonly type: 'toPage' | 'timer' | 'leave' | 'compose' | 'composed' }

const place = fc.double({ min: 0, max: 1, noNaN: true })
const some = <T extends string>(type: T): fc.Arbitrary<{ readonly type: T; readonly at: number; readonly count: number }> =>
  fc.record({ type: fc.constant(type), at: place, count: fc.integer({ min: 1, max: 3 }) })
const just = <T extends string>(type: T): fc.Arbitrary<{ readonly type: T }> => fc.record({ type: fc.constant(type) })

const someEvents: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    { arbitrary: some('type'), weight: 4 },
    { arbitrary: some('remove'), weight: 2 },
    { arbitrary: some('othersType'), weight: 2 },
    { arbitrary: some('othersRemove'), weight: 1 },
    {
      arbitrary: fc.record({
        type: fc.constant('toEngine' as const),
        loss: fc.constantFrom<Loss>('none', 'none', 'none', 'request', 'answer'),
      }),
      weight: 4,
    },
    { arbitrary: just('toPage'), weight: 4 },
    { arbitrary: just('timer'), weight: 3 },
    { arbitrary: just('leave'), weight: 2 },
    { arbitrary: just('compose'), weight: 1 },
    { arbitrary: just('composed'), weight: 1 },
  ),
  { maxLength: 40 },
)

const MINE = 0x4e00
const THEIRS = 0x1f300

/** Every character is typed once in a test: the others' are surrogate pairs. */
class Letters {
  #next = 0
  readonly alive = new Set<string>()

  mine(count: number): string {
    return this.#some(count, MINE)
  }

  /** What a person typed never leaves the screen, not for a moment. */
  expectMineIn(shown: string): void {
    const lost = [...this.alive].filter((letter) => (letter.codePointAt(0) ?? 0) < THEIRS && !shown.includes(letter))
    if (lost.length > 0) throw new Error(`${lost.join('')} left the screen`)
  }

  theirs(count: number): string {
    return this.#some(count, THEIRS)
  }

  /** Someone who sees them takes them out. */
  removed(seen: string): void {
    for (const letter of seen) this.alive.delete(letter)
  }

  #some(count: number, from: number): string {
    const letters = Array.from({ length: count }, () => String.fromCodePoint(from + this.#next++))
    for (const letter of letters) this.alive.add(letter)
    return letters.join('')
  }
}

/** The text without some whole characters, and what was taken out. */
function without(body: string, at: number, count: number): { readonly at: number; readonly seen: string } {
  const characters = Array.from(body)
  const from = Math.floor(at * characters.length)
  return { at: characters.slice(0, from).join('').length, seen: characters.slice(from, from + count).join('') }
}

const placeIn = (body: string, at: number): number => without(body, at, 0).at

function act(
  event: Event,
  input: Input,
  letters: Letters,
  world: { readonly body: () => string; readonly othersEdit: (to: string) => void },
  removesMax: number,
): void {
  switch (event.type) {
    case 'type':
      return input.type(letters.mine(event.count), placeIn(input.text, event.at))
    case 'remove': {
      const { at, seen } = without(input.text, event.at, Math.min(event.count, removesMax))
      letters.removed(seen)
      return input.type('', at, seen.length)
    }
    case 'othersType': {
      const at = placeIn(world.body(), event.at)
      return world.othersEdit(world.body().slice(0, at) + letters.theirs(event.count) + world.body().slice(at))
    }
    case 'othersRemove': {
      const { at, seen } = without(world.body(), event.at, event.count)
      letters.removed(seen)
      return world.othersEdit(world.body().slice(0, at) + world.body().slice(at + seen.length))
    }
    case 'timer':
      return fireTimers()
    case 'leave':
      return void input.field.flush()
    case 'compose':
      if (!input.isComposing) input.field.compositionStarted(input)
      input.isComposing = true
      return
    case 'composed':
      input.isComposing = false
      return input.field.compositionEnded(input)
    case 'toEngine':
    case 'toPage':
  }
}

function expectAllLetters(body: string, letters: Letters): void {
  for (const letter of letters.alive) expect(body.split(letter)).toHaveLength(2)
  expect(new Set(body).size).toBe(Array.from(body).length)
}

describe('whatever comes between', () => {
  test('no typed character is lost, and all see one text', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, async (events) => {
        await open()
        others({ type: 'set', values: { body: '' } })
        port.isSlow = true
        const letters = new Letters()
        const input = openInput('body')
        const body = (): string => String(page.device.store.state.database.prepare('SELECT body FROM notes').get()?.['body'])
        for (const event of events) {
          // Core moves a removal of several characters as one stretch, which takes along what others put in there.
          act(event, input, letters, { body, othersEdit }, 1)
          if (event.type === 'toEngine') await port.deliverToEngine(event.loss)
          if (event.type === 'toPage') port.deliverToPage()
          await settle()
          letters.expectMineIn(input.text)
        }
        act({ type: 'composed' }, input, letters, { body, othersEdit }, 1)
        for (let turn = 0; turn < 4; turn++) {
          await drain()
          if (stateOf(input) === 'failed') void (input.field as Field).flush()
          fireTimers()
        }
        await drain()
        expect(stateOf(input)).toBe('saved')
        expect(input.text).toBe(body())
        expectAllLetters(body(), letters)
      }),
      { numRuns: 300 },
    )
  })

  test('a session that sends its stretches one by one loses nothing either when many characters are replaced', async () => {
    await fc.assert(
      fc.asyncProperty(someEvents, async (events) => {
        timers = []
        const world = new World()
        const letters = new Letters()
        const input = new Input(new FieldSession('', { merges: true, edits: true, same: (a, b) => a === b }, world.ports()))
        const session = input.field as FieldSession
        session.attach(input)
        world.tell = (body) => session.received(body)
        const edit = { body: () => world.body, othersEdit: (to: string) => world.set(to) }
        for (const event of events) {
          act(event, input, letters, edit, 3)
          if (event.type === 'toEngine') world.deliverToStore(event.loss)
          if (event.type === 'toPage') world.deliverToPage()
          await settle()
          letters.expectMineIn(input.text)
        }
        act({ type: 'composed' }, input, letters, edit, 3)
        for (let turn = 0; turn < 4; turn++) {
          await world.drain()
          void session.flush()
        }
        await world.drain()
        expect(session.snapshot.state).toBe('saved')
        expect(input.text).toBe(world.body)
        expectAllLetters(world.body, letters)
      }),
      { numRuns: 200 },
    )
  })
})

/** The smallest store there is: one text. */
class World {
  body = ''
  tell: (body: string) => void = () => {}
  readonly #done = new Set<string>()
  readonly #toStore: ((loss: Loss) => void)[] = []
  readonly #toPage: (() => void)[] = []

  set(body: string): void {
    this.body = body
    this.#toPage.push(() => this.tell(body))
  }

  deliverToStore(loss: Loss): void {
    this.#toStore.shift()?.(loss)
  }

  deliverToPage(): void {
    this.#toPage.shift()?.()
  }

  async drain(): Promise<void> {
    for (let turn = 0; turn < 200; turn++) {
      await settle()
      this.deliverToStore('none')
      this.deliverToPage()
    }
  }

  ports(): ConstructorParameters<typeof FieldSession>[2] {
    let operations = 0
    return {
      newOperationId: () => String(operations++),
      startTimer,
      asError: (thrown) => thrown as TooBig,
      save: (save) => this.#ask((loss) => this.#save(save, loss)),
      read: () => this.#ask(() => this.body),
    }
  }

  #save(save: FieldSave, loss: Loss): null {
    if (loss !== 'request' && !this.#done.has(save.operationId)) {
      this.#done.add(save.operationId)
      this.set(applyDelta(this.body, moveOver(typedDelta(save.from, save.to, null), diffText(save.from, this.body), false)))
    }
    if (loss !== 'none') throw new Error('lost')
    return null
  }

  #ask<T>(answer: (loss: Loss) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#toStore.push((loss) => {
        try {
          const given = answer(loss)
          this.#toPage.push(() => resolve(given))
        } catch (error) {
          this.#toPage.push(() => reject(error))
        }
      })
    })
  }
}
