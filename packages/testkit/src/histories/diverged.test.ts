/** Device and hub differ without any error: it is found at the next check, told, and mended, and nobody's work is lost [Q5]. */
import type { FieldState, RecordId, SpaceId } from '@tombolo/core'
import { describe, expect, test, vi } from 'vitest'
import { confirmedIn } from '../../../client/src/engine/confirmed-records.ts'
import { mendedOf } from '../../../client/src/engine/mended.ts'
import { mendRange } from '../../../client/src/engine/mender.ts'
import { check, damage, damagedWorld, type DamagedWorld, expectAgreed, withField } from '../test/damage.ts'
import { addNote, failedOf, liveOf, meet, rowOf, save, setTitle, visit } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'

interface Scene extends DamagedWorld {
  readonly a: Device
  readonly b: Device
  readonly space: SpaceId
  readonly note: RecordId
}

/** Two devices and their hub, which agree on a note of a's that both have written to. */
async function scene(): Promise<Scene> {
  const damaged = await damagedWorld()
  const [a, b] = [await damaged.world.device(), await damaged.world.device()]
  const space = a.newSpace()
  const note = addNote(a, space, 'Heron')
  for (const title of ['Nest', 'Gauge', 'Ferry']) addNote(a, space, title)
  await meet(a, b)
  visit(b, space, note)
  visit(b, space, note)
  expect(save(b, space, note, 'addTo', { field: 'tags', element: 'bird' })).toMatchObject({ ok: true })
  await meet(b, a)
  expectAgreed(space, a, b)
  return { ...damaged, a, b, space, note }
}

const emptied = (state: FieldState | undefined): FieldState => {
  if (state?.kind === 'counter') return { ...state, sum: state.sum + 3 }
  if (state?.kind === 'set') return { ...state, elements: {} }
  return { kind: 'register', entries: [], awaited: [], version: state?.version ?? 0 }
}

const mendedAt = ({ store }: Device): unknown => mendedOf(store.state) && { ...mendedOf(store.state), lastAt: 0 }

describe('[Q5] a device', () => {
  test.each([
    ['an entry', withField('title', emptied)],
    ['a tag', withField('tags', emptied)],
    ['count', withField('visits', emptied)],
    ['a whole record', () => undefined],
  ])('that silently lost %s has it back after the next check, and the alarm is told once', async (_, alter) => {
    const { world, alarms, a, b, space, note } = await scene()
    damage(b, note, alter)
    expect(rowOf(b, note)).not.toEqual(rowOf(a, note))
    await check(world, space, a, b)
    expectAgreed(space, a, b)
    expect(alarms).toMatchObject([{ code: 'space.diverged', space, replica: b.store.state.replica }])
    expect([mendedAt(a), mendedAt(b)]).toEqual([null, { times: 1, records: 1, lastAt: 0 }])
    await check(world, space, a, b)
    expect([alarms.length, mendedAt(b)]).toEqual([1, { times: 1, records: 1, lastAt: 0 }])
    expect([...liveOf(a), ...liveOf(b)]).toEqual([])
  })

  test('that agrees with its hub hears nothing, whatever was written', async () => {
    const { world, alarms, a, b, space, note } = await scene()
    expect(save(a, space, note, 'delete', {})).toMatchObject({ ok: true })
    setTitle(b, space, note, 'Grey heron')
    await meet(a, b, a)
    await check(world, space, a, b)
    expect([alarms, mendedAt(a), mendedAt(b)]).toEqual([[], null, null])
  })

  test('keeps what it has not sent, and what was refused, on top of the mended record', async () => {
    const { a, b, space, note } = await scene()
    b.line.through = (exchange, path) => (path === 'push' ? Promise.resolve({ type: 'network' }) : exchange())
    b.line.isSocketAllowed = false
    setTitle(b, space, note, 'Grey heron')
    damage(b, note, withField('tags', emptied))
    expect(rowOf(b, note)).toMatchObject({ title: 'Grey heron', $state: 'pending', tags: '[]' })
    // What waits to be sent keeps the check waiting; so it is mended as a check would.
    const range = { from: null, to: null }
    const version = b.store.hub.checks.versionOf(space) ?? 0
    const records = [...confirmedIn(a.store.state, space, range)]
      .flat()
      .map(({ collection, id, state }) => ({ collection, id, record: state }))
    expect(mendRange(b.store.state, b.store.hub.checks, space, version, range, records, true)).toBe(true)
    expect(rowOf(b, note)).toMatchObject({ title: 'Grey heron', $state: 'pending', tags: '["bird"]' })
    expect(failedOf(b, note)).toBeNull()
    b.line.through = (exchange) => exchange()
    await meet(b, a)
    expectAgreed(space, a, b)
    expect(rowOf(a, note)['title']).toBe('Grey heron')
  })
})

test('[Q2] [Q5] a device without room compares, takes nothing, and tries again less and less often', async () => {
  const { world, alarms, b, space, note } = await scene()
  damage(b, note, withField('title', emptied))
  const asked: string[] = []
  b.line.isSocketAllowed = false
  b.line.through = async (exchange, path) => {
    asked.push(path)
    return exchange()
  }
  const { room } = b.store.state
  vi.spyOn(room, 'isFull', 'get').mockReturnValue(true)
  const holds = vi.spyOn(room, 'hold').mockResolvedValue(false)
  await check(world, space, b)
  expect(asked).toContain('digest')
  expect(asked).not.toContain('range')
  expect(holds.mock.calls.length).toBeLessThan(30)
  expect([alarms, mendedAt(b)]).toEqual([[], null])
})

test('[Q3] an answer from another history is not compared: the device reads its spaces anew', async () => {
  const { world, alarms, a, b, space } = await scene()
  const asked: string[] = []
  b.line.isSocketAllowed = false
  b.line.through = async (exchange, path) => {
    const answer = await exchange()
    if (path === 'digest' || path === 'range' || path === 'pull') asked.push(path)
    if (asked.length > 1 || path !== 'digest' || answer.type !== 'answered') return answer
    return { ...answer, body: ['another-epoch', ...(answer.body as unknown[]).slice(1)] }
  }
  await check(world, space, b)
  expect(asked.slice(0, 2)).toEqual(['digest', 'pull'])
  expect(b.store.state.epoch).toBe('first-epoch')
  await check(world, space, a, b)
  expectAgreed(space, a, b)
  expect([alarms, mendedAt(b)]).toEqual([[], null])
})

describe('[Q5] a hub', () => {
  const DROP_TITLE = `UPDATE record SET state = json_remove(state, '$[3].title') WHERE id = ?`
  const DROP_TAGS = `UPDATE record SET state = json_remove(state, '$[3].tags') WHERE id = ?`

  test.each([
    ['an entry', DROP_TITLE, 'a'],
    ['a tag', DROP_TAGS, 'b'],
    ['a whole record', 'DELETE FROM record WHERE id = ?', 'a'],
  ] as const)('that silently lost %s has it back from the device of its author', async (_, sql, author) => {
    const { world, alarms, damageHub, a, b, space, note } = await scene()
    const before = rowOf(a, note)
    await damageHub(sql, note)
    const devices = author === 'a' ? [a, b] : [b, a]
    await check(world, space, ...devices)
    await meet(a, b)
    await check(world, space, a, b)
    await meet(a, b)
    expectAgreed(space, a, b)
    const { title, tags, visits } = before
    expect(rowOf(a, note)).toMatchObject({ title, tags, visits, $state: 'synced' })
    const c = await world.device()
    await meet(c)
    expectAgreed(space, a, c)
    expect(alarms.length).toBeGreaterThan(0)
    const told = alarms.length
    await check(world, space, a, b, c)
    expect(alarms.length).toBe(told)
  })

  test('that lost what another wrote costs nobody their words: they are in the history until their author sends them again', async () => {
    const { world, damageHub, a, b, space, note } = await scene()
    await damageHub(DROP_TITLE, note)
    await check(world, space, b)
    expect(rowOf(b, note)['title']).toBeNull()
    const kept = b.store.state.records.history.of({ collection: 'notes', id: note, field: 'title' })
    expect(kept.map(({ value }) => value)).toEqual(['Heron'])
    await check(world, space, a)
    await meet(a, b)
    expectAgreed(space, a, b)
    expect(rowOf(b, note)['title']).toBe('Heron')
  })
})

test('[Q5] one difference among thousands of records costs requests as their logarithm', async () => {
  const { world, a, b, space } = await scene()
  const notes = Array.from({ length: 3000 }, (_, index) => addNote(a, space, `Note ${index}`))
  await world.time.result(a.runner.syncOnce({ deadline: world.time.nowMs + 600_000 }))
  await meet(b)
  const asked: string[] = []
  b.line.isSocketAllowed = false
  b.line.through = (exchange, path) => {
    if (path === 'digest' || path === 'range') asked.push(path)
    return exchange()
  }
  await check(world, space, b)
  expect(asked).toEqual(['digest'])
  asked.length = 0
  damage(b, notes[1234] ?? notes[0] ?? b.newId(), withField('title', emptied))
  await check(world, space, b)
  expect(asked).toEqual(['digest', 'digest', 'range'])
  expectAgreed(space, a, b)
}, 60_000)
