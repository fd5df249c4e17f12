/** What the hooks must do, whichever library draws. Elements are made without JSX, because its runtime is the library's. */
import { collection, counter, type RecordId, schema, string, text } from '@tombolo/core'
import type { Saved, SpaceRef, Store, StoredRow } from '@tombolo/client'
import { Component, createElement, memo, type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPage, settle, type TestPage } from '../../../client/src/test/page/kit.ts'
import {
  StoreProvider,
  useConflicts,
  useCount,
  useField,
  useHistory,
  useLive,
  useOutbox,
  useQuery,
  useRecord,
  useSpaces,
  useStatus,
  useStore,
  useUnsaved,
} from '../index.ts'

/** How a library puts an element into a page. */
export interface Library {
  readonly createRoot: (container: Element) => { render: (element: ReactNode) => void; unmount: () => void }
  /** Runs something, and what it causes to be drawn. */
  readonly act: (work: () => Promise<void>) => Promise<void>
}

const app = schema({
  version: 1,
  collections: { notes: collection({ title: string(), body: text(), visits: counter() }, { search: ['title'] }) },
})

type App = typeof app
type Note = StoredRow<App, 'notes'>

export function hooksContract(library: Library): void {
  let page: TestPage<App>
  let store: Store<App>
  let space: SpaceRef
  let container: HTMLElement
  let root: ReturnType<Library['createRoot']>

  beforeEach(async () => {
    page = await openPage(app)
    ;({ store } = page)
    space = await store.createSpace('Pond')
    container = document.body.appendChild(document.createElement('main'))
    root = library.createRoot(container)
  })
  afterEach(async () => {
    await act(async () => root.unmount())
    container.remove()
  })

  /** Preact subscribes after it has drawn, so what is asked then is answered one turn later. */
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    await library.act(async () => void (await work()))
    await library.act(settle)
    await library.act(settle)
  }

  const draw = (component: () => ReactNode): Promise<void> =>
    act(async () => root.render(createElement(StrictMode, null, createElement(StoreProvider<App>, { store }, createElement(component)))))

  const addNote = (title: string): Promise<Saved<RecordId>> => store.write((w) => w.notes.add(space, { title }))
  const note = async (): Promise<Note> => (await store.db.notes.first()) as Note
  const shown = (): string => container.textContent ?? ''
  const list = (notes: readonly Note[]): string => notes.map(({ title }) => title).join(' ')

  test('the provider gives the store to elements too, also when it is another one', async () => {
    await draw(() => 'Heron')
    const given = (): unknown => (container.querySelector('tombolo-store') as { store?: unknown } | null)?.store
    expect(given()).toBe(store)
    store = await page.anotherPage()
    await draw(() => 'Heron')
    expect(given()).toBe(store)
    expect(shown()).toBe('Heron')
  })

  describe('useQuery', () => {
    test('shows the rows, and what becomes of them', async () => {
      await addNote('Heron')
      await draw(() => list(useQuery(store.db.notes.orderBy('title'))))
      expect(shown()).toBe('Heron')
      await act(() => addNote('Coot'))
      expect(shown()).toBe('Coot Heron')
    })

    test('asks anew when the query is another', async () => {
      await addNote('Heron')
      await addNote('Coot')
      let direction: 'asc' | 'desc' = 'asc'
      const Notes = (): string => list(useQuery(store.db.notes.orderBy('title', direction)))
      await draw(() => createElement(Notes))
      direction = 'desc'
      await draw(() => createElement(Notes))
      expect(shown()).toBe('Heron Coot')
    })

    test('draws only the rows that changed', async () => {
      await addNote('Heron')
      const { result: coot } = await addNote('Coot')
      const drawn: string[] = []
      const Row = memo(({ row }: { readonly row: Note }) => {
        drawn.push(row.title)
        return row.title
      })
      await draw(() => useQuery(store.db.notes).map((row) => createElement(Row, { key: row.id, row })))
      drawn.length = 0
      await act(() => store.writeIn(space, (w) => w.notes.set(coot, { title: 'Rail' })))
      expect(new Set(drawn)).toEqual(new Set(['Rail']))
      expect(shown()).toBe('HeronRail')
    })

    test('gives what is wrong with a query to the error boundary', async () => {
      const Notes = (): string => list(useQuery(store.db.notes.orderBy('colour' as 'title')))
      await draw(() => createElement(Boundary, null, createElement(Notes)))
      expect(shown()).toContain('query.unknownField')
    })
  })

  test('counts and records are kept up to date, and none is null', async () => {
    const { result: id } = await addNote('Heron')
    const Note = ({ of }: { readonly of: RecordId | null }): string => {
      const record = useRecord(store.db.notes, of)
      return `${record === null ? 'none' : record?.title} ${useCount(store.db.notes)}`
    }
    await draw(() => createElement(Note, { of: id }))
    expect(shown()).toBe('Heron 1')
    await act(() => store.writeIn(space, (w) => w.notes.set(id, { title: 'Egret' })))
    expect(shown()).toBe('Egret 1')
    await act(() => store.writeIn(space, (w) => w.notes.delete(id)))
    expect(shown()).toBe('none 0')
    await draw(() => createElement(Note, { of: null }))
    expect(shown()).toBe('none 0')
  })

  test('what the store says of itself is kept up to date', async () => {
    await addNote('Heron')
    const row = await note()
    await draw(() => {
      const { schema: declared } = useStore<App>()
      const spaces = useSpaces()?.map(({ name }) => name)
      return [
        declared.version,
        useStatus()?.toSend,
        useOutbox().length,
        spaces,
        useHistory(row)?.length,
        useConflicts().length,
        useConflicts(space).length,
        useUnsaved().length,
      ].join(' ')
    })
    expect(shown()).toBe('1 2 2 Pond 1 0 0 0')
    await act(() => addNote('Coot'))
    await act(() => store.renameSpace(space, 'Lake'))
    expect(shown()).toBe('1 3 4 Lake 1 0 0 0')
  })

  test('components that show the same share one watch', async () => {
    const { watch } = page.engine
    const asked: string[] = []
    page.engine.watch = (request, notify) => {
      asked.push(request.type)
      return watch.call(page.engine, request, notify)
    }
    const Count = (): ReactNode => useLive(store.db.notes.liveCount)
    await draw(() => [createElement(Count, { key: 1 }), createElement(Count, { key: 2 })])
    expect(asked).toEqual(['count'])
  })

  test('without a provider there is no store', async () => {
    const Store = (): string => String(useStore().schema.version)
    await act(async () => root.render(createElement(Boundary, null, createElement(Store))))
    expect(shown()).toContain('no <StoreProvider')
  })

  describe('useField', () => {
    const input = (): HTMLTextAreaElement => container.querySelector('textarea') as HTMLTextAreaElement
    const type = (value: string, caret: number): Promise<void> =>
      act(async () => {
        input().focus()
        input().value = value
        input().setSelectionRange(caret, caret)
        input().dispatchEvent(new Event('input', { bubbles: true }))
      })
    const leave = (): Promise<void> => act(async () => input().dispatchEvent(new Event('blur')))
    const Editor = ({ row, field = 'body' }: { readonly row: Note | null; readonly field?: 'body' | 'title' }): ReactNode => {
      const bound = useField(row, field)
      return createElement(
        'form',
        null,
        createElement('textarea', bound.props),
        createElement('output', null, `${bound.text}|${bound.state}`),
      )
    }

    test('has its text at once, and saves on leaving', async () => {
      const { result: id } = await addNote('Heron')
      await store.writeIn(space, (w) => w.notes.set(id, { body: 'grey' }))
      const row = await note()
      await draw(() => createElement(Editor, { row }))
      expect(input().value).toBe('grey')
      await type('grey!', 5)
      expect(shown()).toBe('grey!|unsaved')
      await leave()
      expect(shown()).toBe('grey!|saved')
      expect((await note()).body).toBe('grey!')
    })

    test('takes in what others write round the caret, also while the row is drawn anew', async () => {
      const { result: id } = await addNote('Heron')
      await store.writeIn(space, (w) => w.notes.set(id, { body: 'grey' }))
      const Live = (): ReactNode => createElement(Editor, { row: useRecord(store.db.notes, id) ?? null })
      await draw(() => createElement(Live))
      await type('greyish', 7)
      const element = input()
      await act(() => store.writeIn(space, (w) => w.notes.edit(id, 'body', { from: 'grey', to: 'a grey heron' })))
      expect(input()).toBe(element)
      expect(element.value).toBe('a greyish heron')
      expect(element.selectionStart).toBe(9)
      await leave()
      expect((await note()).body).toBe('a greyish heron')
    })

    test('is saved when it is taken out, and follows its record', async () => {
      await addNote('Heron')
      await addNote('Coot')
      const rows = await store.db.notes.all()
      const draws = (row: Note | null): Promise<void> => draw(() => createElement(Editor, { row, field: 'title' }))
      await draws(rows[0] ?? null)
      await type('Heron!', 6)
      await draws(rows[1] ?? null)
      expect(input().value).toBe('Coot')
      await draws(null)
      await act(async () => root.render(null))
      expect((await store.db.notes.all()).map(({ title }) => title)).toEqual(['Heron!', 'Coot'])
    })

    test('leaves the input alone while an input method composes', async () => {
      const { result: id } = await addNote('Heron')
      const row = await note()
      await draw(() => createElement(Editor, { row }))
      await act(async () => input().dispatchEvent(new Event('compositionstart')))
      await type('に', 1)
      await act(() => store.writeIn(space, (w) => w.notes.set(id, { body: 'grey' })))
      expect(input().value).toBe('に')
      await act(async () => input().dispatchEvent(new Event('compositionend')))
      expect(input().value).toContain('grey')
      await leave()
      expect((await note()).body).toContain('に')
    })
  })
}

/** Shows what was thrown in it. */
class Boundary extends Component<{ readonly children?: ReactNode }, { readonly said: string | null }> {
  override readonly state: { readonly said: string | null } = { said: null }

  static getDerivedStateFromError(error: unknown): { readonly said: string } {
    const { code, message } = error as { readonly code?: string; readonly message: string }
    return { said: `${code ?? ''} ${message}` }
  }

  override render(): ReactNode {
    return this.state.said ?? this.props.children
  }
}
