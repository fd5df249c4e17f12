/** What a person's write builds on, which the device keeps from one write to the next, is what it would find if it looked anew. */
import type { RecordId, SpaceId } from '@tombolo/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecordTable } from '../../../client/src/engine/records.ts'
import { addNote, appWith, liveOf, meet, noDodo, save, worldOf } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'

const KEYS = ['title', 'visits', 'tags "red"', '$life']

interface Act {
  readonly device: number
  readonly record: number
  readonly kind: 'title' | 'dodo' | 'visit' | 'tag' | 'untag' | 'seal' | 'sync' | 'answer' | 'retry' | 'discard' | 'delete' | 'anew'
}

const anyAct: fc.Arbitrary<Act> = fc.record({
  device: fc.nat(1),
  record: fc.nat(1),
  kind: fc.constantFrom(
    ...(['title', 'title', 'visit', 'tag', 'untag', 'seal', 'seal', 'sync', 'answer'] as const),
    ...(['dodo', 'retry', 'discard', 'delete', 'anew'] as const),
  ),
})

test('[P1] [M8] what a write builds on is the same, kept from the last write or made anew', async () => {
  let kept = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 10, maxLength: 50 }), async (acts) => {
      const world = await worldOf(appWith(), noDodo)
      const devices = [await world.device(), await world.device()]
      const [first] = devices
      if (first === undefined) return
      const space = first.newSpace()
      const met = addNote(first, space, 'Heron')
      await meet(...devices)
      const records = [met, addNote(first, space, 'Egret')]
      for (const [index, { device, record, kind }] of acts.entries()) {
        const [who = first, id = met] = [devices[device], records[record]]
        await act(who, space, id, kind, `${kind} ${index}`)
        for (const one of devices) for (const each of records) kept += compare(one, each)
      }
      expect(devices.flatMap(({ errors }) => errors)).toEqual([])
    }),
    { numRuns: 25, seed: 7 },
  )
  expect(kept).toBeGreaterThan(100)
}, 120_000)

/** @returns 1 if the record has open changes, so that there is something to keep. */
function compare({ store }: Device, id: RecordId): number {
  const { database, schema, changes, records } = store.state
  const anew = new RecordTable(database, schema, changes, () => store.state)
  const stored = records.load(records.collection('notes'), id)
  if (stored === undefined) return 0
  const { unsealed } = changes.inSpace(stored.space)
  for (const without of [null, unsealed?.seq ?? null]) {
    const [one, other] = [records.seen(stored, without), anew.seen(stored, without)]
    expect(one.view).toEqual(other.view)
    for (const key of KEYS) expect(one.ownWrites(key).newest).toEqual(other.ownWrites(key).newest)
  }
  return Math.sign(stored.open.length)
}

async function act(device: Device, space: SpaceId, record: RecordId, kind: Act['kind'], text: string): Promise<unknown> {
  const { store } = device
  switch (kind) {
    case 'title':
      return save(device, space, record, 'set', { values: { title: text } })
    case 'dodo':
      return save(device, space, record, 'set', { values: { title: 'Dodo' } })
    case 'visit':
      return save(device, space, record, 'increment', { field: 'visits', by: 1 })
    case 'tag':
      return save(device, space, record, 'addTo', { field: 'tags', element: 'red' })
    case 'untag':
      return save(device, space, record, 'removeFrom', { field: 'tags', element: 'red' })
    case 'delete':
      return save(device, space, record, 'delete', {})
    case 'seal':
      return store.seal(space)
    case 'sync':
      return device.sync()
    case 'answer':
      return answered(device)
    case 'anew':
      return store.hub.readAnew(space)
    case 'retry':
      return liveOf(device).forEach(({ seq, status }) => status === 'failed' && store.retry(seq))
    case 'discard':
      return liveOf(device).forEach(({ seq, status }) => status === 'failed' && store.discard(seq))
  }
}

/** The verdicts of what is sent arrive, and no page does. */
async function answered(device: Device): Promise<void> {
  device.line.isSocketAllowed = false
  device.line.cut()
  device.line.through = async (exchange, kind) => (kind === 'pull' ? { type: 'network' } : exchange())
  await device.sync()
  device.line.through = (exchange) => exchange()
}
