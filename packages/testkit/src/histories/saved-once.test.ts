/** A save that is asked for again, or that was made over what is no longer there. */
import type { Intent, RecordId, SpaceId } from '@tombolo/core'
import { expect, test } from 'vitest'
import { Overview } from '../../../client/src/engine/overview.ts'
import type { WriteAnswer } from '../../../client/src/engine/port.ts'
import { addNote, appWith, liveOf, meet, rowOf, save, setTitle, worldOf } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'

const app = appWith()
const DAY = 24 * 60 * 60 * 1000

test('[P1] a batch that is asked for again after the machine slept for a day is carried out once', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  const visitAs = (operationId: string): WriteAnswer =>
    a.store.once(operationId, () => {
      const steps = [{ type: 'increment', collection: 'notes', record, field: 'visits', by: 1 } as const]
      const written = a.store.write({ space, steps, operationId })
      return written.ok ? { ok: true, ...written.value } : { ok: false, ...written.error }
    })
  const first = visitAs('one')
  await world.time.pass(DAY + 1)
  visitAs('two')
  expect(visitAs('one')).toEqual(first)
  expect(rowOf(a, record)).toMatchObject({ visits: 2 })
})

test('[P1] `ifUnchanged` sees what another tab has written into the same unsealed change', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  const { $version, $edited } = rowOf(a, record)
  setTitle(a, space, record, 'of the other tab')
  const late = save(a, space, record, 'set', { values: { title: 'mine' }, ifUnchanged: [$version, $edited].join('.') })
  expect(late).toMatchObject({ ok: false, error: { code: 'changed' } })
  expect(rowOf(a, record)).toMatchObject({ title: 'of the other tab' })
})

test('[P7] a form that was discarded before it was sent can be saved again, and arrives once', async () => {
  const world = await worldOf(app)
  const [a, b] = [await world.device(), await world.device()]
  const space = a.newSpace()
  const record = a.newId()
  const saveForm = () => saveFormOf(a, space, record)
  saveForm()
  expect(a.store.discard(liveOf(a)[0]?.seq ?? 0)).toMatchObject({ ok: true })
  expect(rowOf(a, record)).toEqual({})
  saveForm()
  saveForm()
  expect(rowOf(a, record)).toMatchObject({ title: 'Heron' })
  expect(await a.sync()).toMatchObject({ outcome: 'complete', applied: 1, refused: 0, waiting: 0 })
  await meet(b)
  expect(rowOf(b, record)).toMatchObject({ title: 'Heron' })
})

const saveFormOf = ({ store }: Device, space: SpaceId, record: RecordId): void => {
  const steps = [{ type: 'add', collection: 'notes', record, values: { title: 'Heron' } } as const]
  expect(store.write({ space, createsSpace: true, intent: 'form-1', steps })).toMatchObject({ ok: true })
}

test('[P7] what became of a change is told truly when the device has let go of it', async () => {
  const world = await worldOf(app)
  const a = await world.device()
  const space = a.newSpace()
  const record = addNote(a, space, 'Heron')
  const [{ intent: sent } = { intent: '' as Intent }] = liveOf(a)
  await meet(a)
  setTitle(a, space, record, 'Mistake')
  const [{ intent: givenUp, seq } = { intent: '' as Intent, seq: 0 }] = liveOf(a)
  expect(a.store.discard(seq)).toMatchObject({ ok: true })
  saveFormOf(a, space, a.newId())
  const [{ intent: form, seq: formSeq } = { intent: '' as Intent, seq: 0 }] = liveOf(a)
  a.store.discard(formSeq)
  saveFormOf(a, space, a.newId())
  await world.time.pass(8 * DAY)
  await meet(a)
  await world.time.pass(8 * DAY)
  await meet(a)
  expect(a.store.state.changes.retained()).toEqual([])
  const asked = new Overview(a.store.state)
  expect([sent, givenUp, form].map((intent) => asked.settled(intent).type)).toEqual(['applied', 'discarded', 'applied'])
})
