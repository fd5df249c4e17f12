/** What a save costs that follows many others of the same record, none of which the hub has answered. */
import { expect, test, vi } from 'vitest'
import { notes } from '../test/sync-kit.ts'
import { loadText, openDevice } from '../test/local-store-kit.ts'

test.each([
  { what: 'of a title', step: (k: number) => ({ type: 'set', values: { title: `Heron ${k}` } }) as const, shown: { title: 'Heron 299' } },
  { what: 'of a count', step: () => ({ type: 'increment', field: 'visits', by: 1 }) as const, shown: { visits: 300 } },
  {
    what: 'of a text',
    step: (k: number) => ({ type: 'edit', field: 'body', from: 'a'.repeat(k), to: 'a'.repeat(k + 1) }) as const,
    shown: { body: 'a'.repeat(300) },
  },
])(
  '[P1] the three hundredth edit $what that waits to be sent merges as many changes as the tenth',
  async ({ step, shown }) => {
    const device = await openDevice(notes)
    const { store } = device
    store.useText(await loadText())
    const [space, record] = [device.newSpace(), device.newId()]
    const of = { collection: 'notes', record } as const
    store.write({ space, createsSpace: true, steps: [{ type: 'add', ...of, values: { title: 'Heron' } }] })
    const merged = vi.spyOn(store.state.changes, 'operationsOn')
    const costs: number[] = []
    for (let k = 0; k < 300; k += 1) {
      store.seal(space)
      merged.mockClear()
      expect(store.write({ space, steps: [{ ...step(k), ...of }] })).toMatchObject({ ok: true })
      costs.push(merged.mock.calls.length)
    }
    expect(costs.at(-1)).toBe(costs[10])
    expect(store.state.database.prepare('SELECT title, visits, body FROM notes').get()).toEqual({
      title: 'Heron',
      visits: 0,
      body: '',
      ...shown,
    })
  },
  60_000,
)
