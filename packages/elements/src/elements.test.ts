// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import './all.ts'
import type { ConflictItem } from '@tombolo/client'
import { setStore } from './store-context.ts'
import { FakeEngine, openFake, rowOf } from './test/fake-engine.ts'
import { button, buttons, deep, find, settled, show, textOf } from './test/page.ts'
import { CONFLICTS, failedItem, HISTORY, NOW, OUTBOX, outboxItem, recordId, ROWS, SPACE, STATES, STATUS } from './test/samples.ts'
import { setWords } from './wording.ts'

beforeEach(() => {
  vi.setSystemTime(NOW)
  document.documentElement.lang = 'en-GB'
})
afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
  setStore(null)
})

const spoken = (element: Element): string => textOf(deep(element).find((one) => one.getAttribute('role') === 'status') ?? element)
const said = (element: Element): string =>
  deep(element)
    .filter((one) => one.matches('.told'))
    .map(textOf)
    .join('')

describe('the store of an element', () => {
  test('is the one of setStore, also when that comes later', async () => {
    const element = document.createElement('tombolo-status')
    document.body.append(element)
    await settled(element)
    expect(buttons(element)).toEqual(['Sync: Starting…'])
    setStore(await openFake(new FakeEngine()))
    await settled(element)
    expect(buttons(element)).toEqual(['Sync: All sent'])
  })

  test('is the one of the nearest <tombolo-store>', async () => {
    setStore(await openFake(new FakeEngine()))
    const outer = Object.assign(document.createElement('tombolo-store'), {
      store: await openFake(new FakeEngine({ status: { ...STATUS, ...STATES['to-send'] } })),
    })
    const inner = document.createElement('tombolo-status')
    outer.append(inner)
    document.body.append(outer)
    await settled(inner)
    expect(buttons(inner)).toEqual(['Sync: 3 to send'])
    outer.store = await openFake(new FakeEngine({ status: { ...STATUS, needsAttention: 1 } }))
    await settled(inner)
    expect(buttons(inner)).toEqual(['Sync: 1 needs attention'])
  })

  test('is watched only while the element is in a page', async () => {
    const { element, engine } = await show('tombolo-outbox', { outbox: OUTBOX })
    expect(engine.watches).toBe(2)
    element.remove()
    await settled(element)
    expect(engine.watches).toBe(0)
    document.body.append(element)
    await settled(element)
    expect([engine.watches, textOf(element).includes('Otter at the weir')]).toEqual([2, true])
  })
})

describe('<tombolo-status>', () => {
  test.each([
    ['all-sent', 'All sent'],
    ['to-send', '3 to send'],
    ['offline', 'Offline · all sent'],
    ['offline-to-send', 'Offline · 3 to send'],
    ['attention', '1 needs attention'],
    ['review', '2 to review'],
  ])('%s: the button and the status say the same', async (state, words) => {
    const { element } = await show('tombolo-status', { status: { ...STATUS, ...STATES[state] } })
    expect([buttons(element), spoken(element)]).toEqual([[`Sync: ${words}`], words])
  })

  test('there is one status, and it stays when its words change', async () => {
    const { element, engine } = await show('tombolo-status')
    const statuses = (): readonly Element[] => deep(element).filter((one) => one.getAttribute('role') === 'status')
    const before = statuses()
    engine.setStatus(STATES['to-send'] ?? {})
    await settled(element)
    expect([statuses().length, statuses()[0] === before[0]]).toEqual([1, true])
  })

  test('the button tells at once, the status when it has stood still; what comes and goes is not spoken', async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const { element, engine } = await fakedShow()
    engine.setStatus(STATES['to-send'] ?? {})
    await vi.advanceTimersByTimeAsync(500)
    expect([buttons(element), spoken(element)]).toEqual([['Sync: 3 to send'], 'All sent'])
    engine.setStatus({})
    await vi.advanceTimersByTimeAsync(5_000)
    expect(spoken(element)).toBe('All sent')
    engine.setStatus(STATES['offline-to-send'] ?? {})
    await vi.advanceTimersByTimeAsync(1_100)
    expect(spoken(element)).toBe('Offline · 3 to send')
  })

  test("'Connecting…' is shown when it takes a while, and spoken when it takes long", async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const { element, engine } = await fakedShow()
    engine.setStatus({ connection: 'connecting' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(buttons(element)).toEqual(['Sync: All sent'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect([buttons(element), spoken(element)]).toEqual([['Sync: Connecting…'], 'All sent'])
    await vi.advanceTimersByTimeAsync(8_000)
    expect(spoken(element)).toBe('Connecting…')
  })

  async function fakedShow(): Promise<{ readonly element: Element; readonly engine: FakeEngine }> {
    const engine = new FakeEngine()
    const element = Object.assign(document.createElement('tombolo-status'), { store: await openFake(engine) })
    document.body.append(element)
    await vi.advanceTimersByTimeAsync(10)
    return { element, engine }
  }

  test('the sheet opens as soon as it is loaded', async () => {
    const { element } = await show('tombolo-status')
    button(element, 'Sync: All sent').click()
    await settled(element)
    expect(find(element, 'dialog').open).toBe(true)
  })

  test('a store that was built anew: its damaged file can be downloaded, and the message be put away', async () => {
    const { element, engine } = await show('tombolo-status')
    engine.setStatus({ recovered: { at: NOW, cause: 'damaged', rescued: 3, unreadable: 0, setAside: ['store'] } })
    await settled(element)
    button(element, 'Sync: Data restored').click()
    await settled(element)
    expect(buttons(element)).toContain('Download the damaged file')
    button(element, 'Put this away').click()
    await settled(element)
    expect(engine.asked).toEqual(['putAway'])
  })

  test('it follows new words', async () => {
    const { element } = await show('tombolo-status')
    setWords({ messages: { 'status.allSent': 'Alles gesendet' } })
    await settled(element)
    expect(spoken(element)).toBe('All sent')
    expect(buttons(element)).toEqual(['Sync: Alles gesendet'])
    setWords({ messages: {} })
  })
})

describe('<tombolo-sheet>', () => {
  test('it says where everything stands', async () => {
    const { element } = await show('tombolo-sheet', { status: { ...STATUS, ...STATES['weak'] } })
    element.show()
    await settled(element)
    const text = textOf(element)
    for (const part of ['3 to send', 'Weak signal · small items first', 'Will try again at 14:20', '14:02 · 3 minutes ago', '12 MB'])
      expect(text).toContain(part)
  })

  test("'Send now' always says what came of it", async () => {
    const { element, engine } = await show('tombolo-sheet', { status: { ...STATUS, ...STATES['to-send'] } })
    element.show()
    await settled(element)
    vi.useFakeTimers({ now: NOW, toFake: ['setInterval', 'clearInterval', 'Date'] })
    button(element, 'Send now').click()
    button(element, 'Send now').click()
    expect(engine.asked).toEqual(['sendNow'])
    engine.setStatus({ lastSuccessAt: NOW })
    vi.advanceTimersByTime(300)
    vi.useRealTimers()
    await settled(element)
    expect(said(element)).toBe('All sent.')
  })

  test("'Send now' says when the store refuses", async () => {
    const { element, engine } = await show('tombolo-sheet', { status: { ...STATUS, ...STATES['to-send'] } })
    element.show()
    await settled(element)
    engine.refusal = { code: 'store.closed', message: 'This store is closed.' }
    button(element, 'Send now').click()
    await settled(element)
    expect(said(element)).toBe('That did not work: This store is closed. Open the store again.')
  })

  test('outbox and review are shown in place, and there is a way back', async () => {
    const { element } = await show('tombolo-sheet', { status: { ...STATUS, ...STATES['review'] }, conflicts: CONFLICTS, outbox: OUTBOX })
    element.show()
    await settled(element)
    deep(element)
      .find((one): one is HTMLElement => one.matches('.needs-you button'))
      ?.click()
    await settled(element)
    expect(textOf(element)).toContain('To review (3)')
    button(element, 'Back').click()
    await settled(element)
    button(element, 'Outbox').click()
    await settled(element)
    expect(textOf(element)).toContain('Needs attention (1)')
  })

  test('an app with pages of its own opens them, and the sheet is out of its way', async () => {
    const { element } = await show('tombolo-sheet')
    const views: string[] = []
    document.body.addEventListener(
      'tombolo-open',
      (event) => {
        event.preventDefault()
        views.push(event.detail.view)
      },
      { once: true },
    )
    element.show()
    await settled(element)
    button(element, 'Outbox').click()
    await settled(element)
    expect([views, textOf(element)]).toEqual([['outbox'], ''])
  })

  test('a sign-in that is needed has a link, where the app has given one', async () => {
    const { element } = await show('tombolo-sheet', { status: { ...STATUS, ...STATES['signed-out'] } }, () => ({ signInHref: '/sign-in' }))
    element.show()
    await settled(element)
    expect(button(element, 'Sign in').getAttribute('href')).toBe('/sign-in')
  })
})

describe('<tombolo-outbox>', () => {
  test('every item says what it is, why it waits, and what can be done', async () => {
    const waits = { [SPACE]: { reason: 'wifi-only', tries: 3, nextTryAt: null } } as const
    const { element } = await show('tombolo-outbox', { outbox: OUTBOX, status: { ...STATUS, waits } })
    const text = textOf(element)
    for (const part of [
      'Needs attention (1)',
      'A count cannot be below zero.',
      'value.invalid',
      'Ready to send (3)',
      'Waits for Wi-Fi',
      '+ 212 records',
    ])
      expect(text).toContain(part)
    expect(buttons(element).filter((name) => name.endsWith('Otter at the weir'))).toEqual([
      'Edit: Otter at the weir',
      'Retry: Otter at the weir',
      'Export: Otter at the weir',
      'Discard: Otter at the weir',
    ])
  })

  test('empty, it says that all is sent', async () => {
    const { element } = await show('tombolo-outbox')
    expect(textOf(element)).toContain('All sent. Nothing waits on this device.')
  })

  test('one is sent again', async () => {
    const { element, engine } = await show('tombolo-outbox', { outbox: [failedItem(1)] })
    button(element, 'Retry: Note 1').click()
    await settled(element)
    expect([engine.asked, said(element)]).toEqual([['retry intent-1'], 'Goes out again: Note 1.'])
  })

  test('all are sent again, whatever becomes of one of them', async () => {
    const { element, engine } = await show('tombolo-outbox', { outbox: [failedItem(1), failedItem(2), failedItem(3, { canRetry: false })] })
    engine.refusal = { code: 'change.retry', message: 'This cannot be retried.' }
    button(element, 'Retry all').click()
    await settled(element)
    expect([engine.asked, said(element)]).toEqual([['retry intent-1', 'retry intent-2'], '1 goes out again; 1 could not.'])
  })

  test('the app is asked to open what is to be corrected', async () => {
    const { element } = await show('tombolo-outbox', { outbox: [failedItem(1)] })
    const heard = vi.fn<(detail: object) => void>()
    document.body.addEventListener('tombolo-edit', ({ detail }) => heard(detail), { once: true })
    button(element, 'Edit: Note 1').click()
    expect(heard).toHaveBeenCalledWith(
      expect.objectContaining({ collection: 'notes', record: recordId(1), field: 'count', intent: 'intent-1', status: 'failed' }),
    )
  })

  test('discarding asks first, names what is lost, and offers to export it', async () => {
    const { element, engine } = await show('tombolo-outbox', { outbox: [failedItem(1, { recordCount: 3 })] })
    button(element, 'Discard: Note 1 and 2 more').click()
    await settled(element)
    expect(engine.asked).toEqual([])
    const dialog = find(element, 'dialog')
    expect(textOf(dialog)).toContain('Discard “Note 1 and 2 more”? The hub refused this: nobody else has it.')
    expect(textOf(dialog)).toContain('Note 1 + 2 records')
    button(dialog, 'Export first').click()
    await settled(element)
    expect(said(dialog)).toBe('Export started: note-1-and-2-more-2026-11-03.json')
    button(dialog, 'Discard').click()
    await settled(element)
    expect([engine.asked, said(element)]).toEqual([['export intent-1', 'discard intent-1'], 'Discarded: Note 1 and 2 more.'])
  })

  test('what cannot be discarded now says why', async () => {
    const { element } = await show('tombolo-outbox', { outbox: [outboxItem(1, { canDiscard: false })] })
    expect(textOf(element)).toContain('On its way: it can be discarded when the answer is here.')
  })

  test('a discard that the store refuses leaves the question open, with the reason', async () => {
    const { element, engine } = await show('tombolo-outbox', { outbox: [outboxItem(1)] })
    button(element, 'Discard: Note 1').click()
    await settled(element)
    const dialog = find(element, 'dialog')
    engine.refusal = { code: 'change.offered', message: 'This is on its way.' }
    button(dialog, 'Discard').click()
    await settled(element)
    expect(said(dialog)).toContain('That did not work: This is on its way.')
  })

  test('a list that cannot be read says so, and never that all is sent', async () => {
    const { element, engine } = await show('tombolo-outbox')
    engine.broken = 'The disk does not answer.'
    engine.set({})
    await settled(element)
    expect(textOf(element)).toContain('This list cannot be read at the moment. What you saved is safe. The disk does not answer. Try again')
  })

  test('a long queue is drawn in pages', async () => {
    const { element } = await show('tombolo-outbox', { outbox: Array.from({ length: 120 }, (_, index) => outboxItem(index + 1)) })
    const drawn = (): number => deep(element).filter((one) => one.matches('.card')).length
    expect(drawn()).toBe(50)
    button(element, 'Show 70 more').click()
    await settled(element)
    expect(drawn()).toBe(120)
  })
})

describe('<tombolo-conflicts>', () => {
  const one = (index: number): readonly ConflictItem[] => CONFLICTS.slice(index, index + 1)

  test.each([
    ['Keep mine', '"poor"'],
    ['Keep theirs', '"good"'],
  ])('%s decides with that value', async (name, value) => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(1), rows: ROWS })
    button(element, `${name}: Heron, two juveniles, Quality`).click()
    await settled(element)
    expect(engine.asked).toEqual([`resolve {"field":"quality","conflict":"conflict-quality","value":${value}}`])
    expect(said(element)).toBe('Decided: Heron, two juveniles, Quality. The value not chosen stays in the history.')
  })

  test('a decision is undone, and can be made again', async () => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(1), rows: ROWS })
    button(element, 'Keep theirs: Heron, two juveniles, Quality').click()
    engine.set({ conflicts: [] })
    await settled(element)
    expect(textOf(element)).toContain('To review (0)')
    button(element, 'Undo').click()
    await settled(element)
    expect(engine.asked.at(-1)).toBe('set {"values":{"quality":"poor"}}')
    expect(textOf(element)).toContain('To review (1)')
    button(element, 'Keep theirs: Heron, two juveniles, Quality').click()
    await settled(element)
    expect(engine.asked.at(-1)).toBe('set {"values":{"quality":"good"}}')
    expect(textOf(element)).toContain('To review (0)')
  })

  test('a person writes the result', async () => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(0), rows: ROWS })
    button(element, 'Keep both').click()
    await settled(element)
    const area = find(element, 'textarea')
    expect(area.value).toBe('Two otters at the weir, one young, heading upstream.\n\nThree otters below the weir, one young.')
    area.value = 'Three otters.'
    area.dispatchEvent(new Event('input'))
    await settled(element)
    button(element, 'Keep this version').click()
    await settled(element)
    expect(engine.asked).toEqual(['resolve {"field":"body","conflict":"conflict-body","value":"Three otters."}'])
  })

  test('what is being written survives news from the hub', async () => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(0), rows: ROWS })
    button(element, 'Edit').click()
    await settled(element)
    const area = find(element, 'textarea')
    area.value = 'Being written'
    area.dispatchEvent(new Event('input'))
    engine.set({ conflicts: [...one(1), ...one(0).map((item) => ({ ...item }))] })
    await settled(element)
    const after = find(element, 'textarea')
    expect([after === area, after.value]).toEqual([true, 'Being written'])
  })

  test.each([
    ['Keep the record', 'restore {}'],
    ['Delete it', 'delete {}'],
  ])('of a delete against an edit: %s', async (name, asked) => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(2), rows: ROWS })
    expect(textOf(element)).toContain('Deleted here, edited there')
    button(element, `${name}: Plot 1, Kept or deleted`).click()
    await settled(element)
    expect(engine.asked).toEqual([asked])
  })

  test("'Decide later' closes it and changes nothing", async () => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(1), rows: ROWS })
    button(element, 'Decide later').click()
    await settled(element)
    const details = find(element, 'details')
    expect([engine.asked, details.open, textOf(element).includes('To review (1)')]).toEqual([[], false, true])
  })

  test('a decision that the store refuses says why, and nothing is lost', async () => {
    const { element, engine } = await show('tombolo-conflicts', { conflicts: one(1), rows: ROWS })
    engine.refusal = { code: 'storage.full', message: 'This device is full.' }
    button(element, 'Keep mine: Heron, two juveniles, Quality').click()
    await settled(element)
    expect(said(element)).toContain('That did not work: This device is full. Free some space')
    expect(textOf(element)).toContain('To review (1)')
  })

  test('a long text is shown round what differs, until somebody wants to see all of it', async () => {
    const long = 'word '.repeat(200)
    const [body] = one(0)
    const [mine, theirs] = [`${long}Two otters.`, `${long}Three otters.`].map((value) => ({ ...(body as ConflictItem).mine[0], value }))
    const item = { ...(body as ConflictItem), mine: [mine], theirs: [theirs], before: null } as ConflictItem
    const { element } = await show('tombolo-conflicts', { conflicts: [item], rows: ROWS })
    expect(textOf(element).length).toBeLessThan(600)
    button(element, 'Show the whole text').click()
    await settled(element)
    expect([textOf(element).length > 2_000, buttons(element).includes('Show the whole text')]).toEqual([true, false])
  })

  test('the app writes the values', async () => {
    const { element } = await show('tombolo-conflicts', { conflicts: one(1), rows: ROWS }, () => ({
      formatValue: (_collection: string, field: string, value: unknown) => (field === 'quality' ? `★ ${String(value)}` : undefined),
    }))
    expect(textOf(element)).toContain('★ good')
  })
})

describe('<tombolo-history>', () => {
  test('a value is used again, as an ordinary write', async () => {
    const { element, engine } = await show('tombolo-history', { history: HISTORY, rows: ROWS }, async (store) => ({
      row: await rowOf(store, recordId(1)),
    }))
    button(element, 'Use this value again: Title, Otter at the weir').click()
    await settled(element)
    expect(engine.asked).toEqual(['set {"values":{"title":"Otter at the weir"}}'])
    expect(said(element)).toBe('Title has this value again: Otter at the weir')
  })
})

describe('<tombolo-failed>', () => {
  const field = (name: string) => async (store: Parameters<typeof rowOf>[0]) => ({ row: await rowOf(store, recordId(1)), field: name })

  test('what was refused, why, and what can be done', async () => {
    const { element, engine } = await show('tombolo-failed', { outbox: OUTBOX, rows: ROWS }, field('count'))
    expect(textOf(element)).toContain('Not accepted Count You wrote: -2 A count cannot be below zero.')
    button(element, 'Retry').click()
    await settled(element)
    expect([engine.asked, said(element)]).toEqual([['retry intent-1'], 'Goes out again: Otter at the weir.'])
  })

  test('a field that was accepted shows nothing and watches nothing', async () => {
    const { element, engine } = await show('tombolo-failed', { outbox: OUTBOX, rows: ROWS }, field('title'))
    expect([textOf(element), engine.watches]).toEqual(['', 0])
  })
})
