import {
  type FieldOperation,
  type Name,
  type Problem,
  type PushAnswer,
  REJECTIONS,
  schema,
  stampAt,
  string,
  collection,
} from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { type Bench, good, openBench } from './test/bench-hub.ts'
import { type Device, notes, setTitle, type WrittenChange } from './test/device.ts'

const HOUR_MS = 3_600_000

async function pushed(bench: Bench, device: Device, ...titles: readonly string[]): Promise<PushAnswer> {
  const start = device.written.length
  for (const title of titles) device.note([setTitle(title)])
  return good(await bench.push(device.push(start)))
}

const types = (answer: PushAnswer): readonly string[] =>
  answer.verdicts.map((verdict) => (verdict.type === 'applied' ? `applied ${verdict.version}` : verdict.code))

describe('verdicts', () => {
  it('[P3] each change has its own; a refusal consumes its n and nothing waits behind it', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('good')])
    device.note([{ kind: 'set', field: 'title', value: 7, over: [] }])
    device.note([setTitle('good again')])
    const answer = good(await bench.push(device.push()))
    expect(types(answer)).toEqual(['applied 1', 'value.type', 'applied 2'])
    expect(answer.verdicts[1]).toMatchObject({ type: 'rejected', field: 'title', attempt: 0, contentHash: device.written[1]?.contentHash })
    expect(types(await pushed(bench, device, 'more'))).toEqual(['applied 3'])
  })

  it('[P3] are the same on every repeat', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([{ kind: 'set', field: 'title', value: 7, over: [] }])
    device.note([setTitle('one')])
    const first = good(await bench.push(device.push()))
    const second = await pushed(bench, device, 'two')
    const all = good(await bench.push(device.push()))
    expect(types(all)).toEqual(['value.type', 'applied 1', 'applied 2'])
    expect(all.verdicts).toEqual([...first.verdicts, ...second.verdicts])
    expect(good(await bench.push(device.push())).verdicts).toEqual(all.verdicts)
  })

  it('[P3] under another dot are flagged duplicateOf, with the attempt that was judged', async () => {
    const bench = await openBench()
    const device = bench.device()
    const answer = await pushed(bench, device, 'one')
    const fork = bench.device(device.space)
    const [first] = device.written
    if (first === undefined) throw new Error('nothing written')
    fork.write(first.change.content, { attempt: 3 })
    const again = good(await bench.push(fork.push()))
    expect(again.verdicts).toEqual([{ ...answer.verdicts[0], duplicateOf: { replica: device.replica, n: 1 } }])
    expect(again.head).toBe(1)
  })

  it('[P3] an intent with another content is intent.reused, also on a repeat, and what it was used for first stands', async () => {
    const bench = await openBench()
    const device = bench.device()
    await pushed(bench, device, 'one')
    const [first] = device.written
    const intent = first?.change.content.intent
    if (intent === undefined) throw new Error('nothing written')
    device.write(device.content([notes(device.record(), [setTitle('other')])], { intent }))
    expect(types(good(await bench.push(device.push(1))))).toEqual(['intent.reused'])
    expect(types(good(await bench.push(device.push())))).toEqual(['applied 1', 'intent.reused'])
  })

  it('[P3] a refused intent is judged again for a greater attempt only', async () => {
    const bench = await openBench()
    const device = bench.device()
    const record = device.record()
    const content = device.content([notes(record, [{ kind: 'addTo', field: 'tags', element: 'a', over: [] }])])
    device.write(content)
    expect(types(good(await bench.push(device.push())))).toEqual(['record.absent'])
    device.note([setTitle('now it is there')], record)
    device.write(content)
    expect(types(good(await bench.push(device.push(1))))).toEqual(['applied 1', 'record.absent'])
    device.write(content, { attempt: 1 })
    const retried = good(await bench.push(device.push(3)))
    expect(types(retried)).toEqual(['applied 2'])
    expect(retried.verdicts[0]).toMatchObject({ attempt: 1 })
    expect(types(good(await bench.push(device.push())))).toEqual(['applied 2', 'applied 1', 'applied 2', 'applied 2'])
  })

  it('[P3] a change with park is recorded as hub.fault without being run', async () => {
    const bench = await openBench()
    const device = bench.device()
    const content = device.content([notes(device.record(), [setTitle('poison')])])
    device.write(content, { park: true })
    const answer = good(await bench.push(device.push()))
    expect(answer.verdicts).toMatchObject([{ type: 'rejected', code: 'hub.fault', message: REJECTIONS['hub.fault'] }])
    device.write(content, { attempt: 1 })
    expect(types(good(await bench.push(device.push(1))))).toEqual(['applied 1'])
  })
})

describe('receipts', () => {
  it('[P6] a valid one brings a change back as it was, into a hub that has lost it', async () => {
    const before = await openBench()
    const device = before.device()
    const answer = await pushed(before, device, 'one')
    const after = await openBench()
    after.clock.now += 10 * HOUR_MS
    const receipt = answer.verdicts[0]?.type === 'applied' ? answer.verdicts[0].receipt : null
    const [first] = device.written
    if (first === undefined) throw new Error('nothing written')
    const again = after.device(device.space)
    again.write(first.change.content, { receipt })
    again.note([setTitle('later')])
    const refilled = good(await after.push(again.push(0, 2, { epoch: 'first-epoch' })))
    expect(refilled.verdicts).toMatchObject([{ type: 'applied', receipt }, { type: 'applied' }])
  })

  it('[P6] wins over a refusal, but not with park', async () => {
    const [before, after] = [await openBench(), await openBench()]
    const device = before.device()
    const record = device.record()
    device.note([setTitle('one')], record)
    device.note([{ kind: 'addTo', field: 'tags', element: 'a', over: [] }], record)
    const answer = good(await before.push(device.push()))
    const second = device.written[1]?.change.content
    const receipt = answer.verdicts[1]?.type === 'applied' ? answer.verdicts[1].receipt : null
    if (second === undefined) throw new Error('nothing written')
    const again = after.device(device.space)
    again.write(second, { attempt: 2 })
    again.write(second, { receipt, park: true })
    again.write(second, { receipt })
    const verdicts = good(await after.push(again.push()))
    expect(types(verdicts)).toEqual(['record.absent', 'record.absent', 'applied 1'])
    expect(verdicts.verdicts[2]).toMatchObject({ attempt: 2, receipt })
  })

  it('[P6] the hub clock goes past the stamps that receipts bring', async () => {
    const [before, after] = [await openBench(), await openBench()]
    before.clock.now += HOUR_MS
    const device = before.device()
    const answer = await pushed(before, device, 'from the future of the other')
    const [verdict] = answer.verdicts
    const [first] = device.written
    if (first === undefined || verdict?.type !== 'applied') throw new Error('not applied')
    const again = after.device(device.space)
    again.write(first.change.content, { receipt: verdict.receipt })
    const next = good(await after.push(again.push()))
    const later = await pushed(after, again, 'later')
    expect(types(next)).toEqual(['applied 1'])
    const [newest] = later.verdicts
    expect(newest?.type === 'applied' && newest.receipt.hubStamp > verdict.receipt.hubStamp).toBe(true)
  })
})

describe('clocks', () => {
  it('[C2] a stamp from the future counts as now, one from the past as it is', async () => {
    const bench = await openBench()
    const device = bench.device()
    const stamps = [stampAt(bench.clock.now + 10 * HOUR_MS), stampAt(bench.clock.now + 30_000), stampAt(bench.clock.now - HOUR_MS)]
    for (const stamp of stamps) device.write(device.content([notes(device.record(), [setTitle('x')])], { stamp }))
    const answer = good(await bench.push(device.push()))
    const effective = answer.verdicts.map((verdict) => (verdict.type === 'applied' ? verdict.receipt.effectiveStamp : null))
    expect(effective).toEqual([stampAt(bench.clock.now), stamps[1], stamps[2]])
  })

  it('[C2] what a replica pushes before it has heard a hub is unverified, and stays so in the log', async () => {
    const bench = await openBench()
    const device = bench.device()
    const first = await pushed(bench, device, 'before')
    device.epoch = first.epoch
    const second = await pushed(bench, device, 'after')
    expect(first.verdicts).toMatchObject([{ receipt: { unverified: true } }])
    expect(second.verdicts[0]).not.toMatchObject({ receipt: { unverified: true } })
    const page = good(await bench.pull(device.pull()))
    expect(page.body).toMatchObject({ entries: [{ unverified: true }, { unverified: false }] })
  })

  it('[C1] every answer has the time of the hub', async () => {
    const bench = await openBench()
    const answer = await pushed(bench, bench.device(), 'x')
    expect(answer.hubTimeMs).toBe(bench.clock.now)
    const problem = await bench.post('push', 'nonsense')
    expect(problem.headers.get('tombolo-time')).toBe(String(bench.clock.now))
  })
})

describe('one check of the whole push', () => {
  const cases: readonly {
    readonly name: string
    readonly code: string
    readonly make: (device: Device) => Parameters<Bench['push']>[0]
  }[] = [
    { name: 'a base beyond what the hub has', code: 'push.gap', make: (device) => device.push(3) },
    {
      name: 'a hole inside the push',
      code: 'push.gap',
      make: (device) => device.push(2, 5, { changes: device.push(2, 5).changes.filter(({ n }) => n !== 4) }),
    },
    { name: 'another epoch', code: 'epoch', make: (device) => device.push(2, 4, { epoch: 'another' }) },
    {
      name: 'another hash at the base',
      code: 'push.fork',
      make: (device) => device.push(2, 4, { base: { n: 2, hash: device.push(1).base.hash } }),
    },
    { name: 'a newer schema', code: 'schema.newer', make: (device) => device.push(2, 4, { schema: { ...device.schema, version: 2 } }) },
    {
      name: 'another schema of the same number',
      code: 'schema.mismatch',
      make: (device) => device.push(2, 4, { schema: { version: 1, fingerprint: 'AAAAAAAAAAAAAAAAAAAAAA' } }),
    },
    { name: 'a tampered cursor', code: 'cursor.invalid', make: (device) => device.push(2, 4, { cursor: 'A'.repeat(80) }) },
  ]

  it.each(cases)('[P2] $name is $code, and nothing has happened', async ({ code, make }) => {
    const bench = await openBench()
    const device = bench.device()
    await pushed(bench, device, 'one', 'two')
    for (const title of ['three', 'four', 'five']) device.note([setTitle(title)])
    const before = bench.dump()
    expect(await bench.push(make(device))).toMatchObject({ code })
    expect(bench.dump()).toBe(before)
  })

  it('[P2] a change that differs among the known ones is a fork, at any n', async () => {
    const bench = await openBench()
    const device = bench.device()
    await pushed(bench, device, 'one', 'two')
    await pushed(bench, device, 'three', 'four')
    const other = bench.device(device.space)
    other.replica = device.replica
    other.written = device.written.slice(0, 1)
    other.note([setTitle('not two')])
    expect(await bench.push(other.push())).toMatchObject({ code: 'push.fork' })
    expect(types(good(await bench.push(device.push(0, 3))))).toEqual(['applied 1', 'applied 2', 'applied 3'])
    expect(types(good(await bench.push(device.push(1, 2))))).toEqual(['applied 2'])
  })

  it('[P2] a retry where a copy of the device has gone on is a fork: the hub has not judged that attempt', async () => {
    const bench = await openBench()
    const device = bench.device()
    const refused = device.note([{ kind: 'set', field: 'title', value: 7, over: [] }]).change.content
    good(await bench.push(device.push()))
    const copy = bench.device(device.space)
    copy.replica = device.replica
    copy.written = [...device.written]
    for (const title of ['two', 'three']) copy.note([setTitle(title)])
    good(await bench.push(copy.push(1)))
    device.write(refused, { attempt: 1 })
    expect(await bench.push(device.push(1))).toMatchObject({ code: 'push.fork' })
  })

  it('[P2] a late push of known changes is answered, also where an intent was judged again under another dot', async () => {
    const bench = await openBench()
    const device = bench.device()
    const record = device.record()
    const content = device.content([notes(record, [{ kind: 'addTo', field: 'tags', element: 'a', over: [] }])])
    device.note([setTitle('one')])
    device.write(content)
    good(await bench.push(device.push()))
    device.note([setTitle('now it is there')], record)
    device.write(content, { attempt: 1 })
    good(await bench.push(device.push(2)))
    const late = good(await bench.push(device.push(0, 2)))
    expect(types(late)).toEqual(['applied 1', 'applied 3'])
    expect(late.verdicts[1]).toMatchObject({ attempt: 1, duplicateOf: { replica: device.replica, n: 4 } })
    expect(types(good(await bench.push(device.push(1, 2))))).toEqual(['applied 3'])
    const forged = device.push(0, 2, { base: { n: 0, hash: device.push(1).base.hash } })
    expect(await bench.push(forged)).toMatchObject({ code: 'push.fork' })
  })

  it('[P6] a forged receipt names its intent, and nothing has happened', async () => {
    const bench = await openBench()
    const device = bench.device()
    await pushed(bench, device, 'one')
    device.note([setTitle('two')])
    const forged = { effectiveStamp: stampAt(5), hubStamp: stampAt(5), mac: 'AAAAAAAAAAAAAAAAAAAAAA' }
    const last = device.write(device.content([notes(device.record(), [setTitle('three')])]), { receipt: forged })
    const before = bench.dump()
    expect(await bench.push(device.push(1))).toMatchObject({ code: 'receipt.invalid', intent: last.change.content.intent })
    expect(bench.dump()).toBe(before)
  })

  it('[Q8] a replica id, and a space, belong to the account that first used them', async () => {
    const bench = await openBench()
    const device = bench.device()
    await pushed(bench, device, 'one')
    const before = bench.dump()
    const thief = bench.device()
    thief.replica = device.replica
    thief.note([setTitle('x')])
    expect(await bench.push(thief.push(), 'eve')).toMatchObject({ code: 'replica.foreign' })
    const guest = bench.device(device.space)
    guest.note([setTitle('x')])
    const foreign = await bench.push(guest.push(), 'eve')
    const absent = await bench.push(bench.device().push(0, 0, { create: false }), 'eve')
    expect(foreign).toEqual(absent)
    expect(foreign).toMatchObject({ code: 'space.unknown' })
    expect(bench.dump()).toBe(before)
  })
})

describe('faults of the app', () => {
  const fragile = schema({
    version: 1,
    collections: {
      notes: collection({
        title: string().check((value: unknown) => {
          if (value === 'boom') throw new Error('a bug of the app')
          return null
        }),
      }),
    },
  })

  it('[P3] name the intent, undo this push and harm no other of the batch', async () => {
    const bench = await openBench({ schema: fragile })
    const [a, b, c] = [bench.device(), bench.device(), bench.device()]
    a.note([setTitle('fine')])
    b.note([setTitle('first, fine')])
    const poison = b.note([setTitle('boom')])
    c.note([setTitle('fine')])
    const [first, second, third] = await Promise.all([a, b, c].map((device) => bench.push(device.push())))
    expect(good(first as PushAnswer).head).toBe(1)
    expect(second).toMatchObject({ code: 'hub.fault', status: 500, intent: poison.change.content.intent } satisfies Partial<Problem>)
    expect(good(third as PushAnswer).head).toBe(1)
    expect(await bench.pull(b.pull())).toMatchObject({ code: 'space.unknown' })
    expect(types(good(await bench.push(b.push(0, 1))))).toEqual(['applied 1'])
  })
})

describe('text', () => {
  it('[M5] an edit whose document is not there is text.depends', async () => {
    const bench = await openBench()
    const device = bench.device()
    const record = device.record()
    device.note([setTitle('one')], record)
    const edit: FieldOperation = { kind: 'edit', field: 'body', of: absentName(device.written[0]), update: 'AAA=' }
    device.note([edit], record)
    expect(types(good(await bench.push(device.push())))).toEqual(['applied 1', 'text.depends'])
  })
})

/** A name like that of a write, of a write that never was. */
const absentName = (written: WrittenChange | undefined): Name => (written?.name ?? '').replace(/^..../, 'zzzz') as Name

describe('a batch', () => {
  it('[P3] in which one push stands twice counts it once', async () => {
    const bench = await openBench()
    const device = bench.device()
    device.note([setTitle('one')])
    const answers = await Promise.all([1, 2, 3].map(() => bench.push(device.push())))
    for (const answer of answers) expect(types(good(answer as PushAnswer))).toEqual(['applied 1'])
    const page = good(await bench.pull(device.pull()))
    expect(page.body).toMatchObject({ entries: [{ version: 1 }] })
  })

  it('[Q2] the answer moves the cursor when nobody else has written', async () => {
    const bench = await openBench()
    const device = bench.device()
    await pushed(bench, device, 'one')
    device.cursor = good(await bench.pull(device.pull())).cursor
    const alone = await pushed(bench, device, 'two')
    expect(alone.cursor).not.toBeNull()
    const page = good(await bench.pull(device.pull({ cursor: alone.cursor })))
    expect(page).toMatchObject({ cursor: alone.cursor, body: { type: 'log', entries: [] } })
    const after = await pushed(bench, device, 'three')
    expect(after.cursor).toBeNull()
  })

  it('[Q2] the answer moves no cursor where the hub has merged something else than was sent', async () => {
    const bench = await openBench()
    const device = bench.device()
    const record = device.record()
    device.note([setTitle('one')], record)
    device.cursor = good(await bench.pull(good(await bench.push(device.push())) && device.pull())).cursor
    const missing = absentName(device.written[0])
    device.note([setTitle('two', [missing])], record)
    const answer = good(await bench.push(device.push(1)))
    expect(types(answer)).toEqual(['applied 2'])
    expect(answer.cursor).toBeNull()
    const page = good(await bench.pull(device.pull()))
    expect(page.body).toMatchObject({ entries: [{ awaits: [missing] }] })
  })
})
