import {
  type FieldOperation,
  type HelloAnswer,
  decodeHelloAnswer,
  decodePollAnswer,
  encodeHelloRequest,
  encodePollRequest,
  MEMBER_COLLECTION,
  memberId,
  type Name,
  type RecordId,
  type SpaceId,
  type Standing,
} from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { sha256 } from './crypto/keys.ts'
import { type Bench, good, openBench } from './test/bench-hub.ts'
import { type Device, notes, setTitle, type WrittenChange } from './test/device.ts'
import { LiveEnd } from './test/live.ts'

const put = (field: string, value: string, over: readonly Name[] = []): FieldOperation => ({ kind: 'set', field, value, over })

interface Decision {
  readonly account: string
  readonly role: Standing
  readonly over?: readonly Name[]
  /** The record that is written; by rights the one of the account. */
  readonly record?: RecordId
}

/** Decides which role an account has. */
const decide = (device: Device, { account, role, over = [], record }: Decision): WrittenChange =>
  device.write(
    device.content([
      {
        collection: MEMBER_COLLECTION,
        record: record ?? memberId(sha256, device.space, account),
        life: 'alive',
        lifeOver: over,
        fields: [put('account', account, over), put('role', role, over)],
      },
    ]),
  )

/** A project of ann with one note, in which bob has a role. */
async function projectWith(role: Standing): Promise<{ bench: Bench; ann: Device; bob: Device; admitted: WrittenChange; note: RecordId }> {
  const bench = await openBench()
  const ann = bench.device()
  const note = ann.record()
  ann.note([setTitle('of ann')], note)
  const admitted = decide(ann, { account: 'bob', role })
  good(await bench.push(ann.push()))
  const bob = bench.device(ann.space)
  return { bench, ann, bob, admitted, note }
}

/** Says what a device has written since its last push, and returns the code of each verdict. */
async function verdicts(bench: Bench, device: Device, account: string, from = 0): Promise<readonly string[]> {
  const answer = good(await bench.push(device.push(from, device.written.length, { create: false }), account))
  return answer.verdicts.map((verdict) => (verdict.type === 'applied' ? 'applied' : verdict.code))
}

async function hello(bench: Bench, device: Device, account: string): Promise<HelloAnswer['spaces']> {
  const response = await bench.post('hello', encodeHelloRequest(device), { account })
  const answer = decodeHelloAnswer(await response.json())
  if (!answer.ok) throw new Error('no hello')
  return answer.value.spaces
}

const titlesOf = async (bench: Bench, space: SpaceId, account = 'ann'): Promise<readonly unknown[]> => {
  const { body } = good(await bench.pull(bench.device(space).pull({ accept: 'records' }), account))
  const parts = body.type === 'records' ? body.records : []
  return parts.flatMap(({ collection, record }) => {
    const title = record?.fields['title']
    return collection === 'notes' && title?.kind === 'register' ? [title.entries[0]?.value] : []
  })
}

describe('a member', () => {
  it('[W1] reads the space, and is told of it by name of role', async () => {
    const { bench, bob, ann } = await projectWith('reader')
    expect(await hello(bench, bob, 'bob')).toEqual([{ space: ann.space, head: 2, durableThrough: 0, role: 'reader' }])
    expect(await titlesOf(bench, ann.space, 'bob')).toEqual(['of ann'])
    const eve = bench.device(ann.space)
    expect(await hello(bench, eve, 'eve')).toEqual([])
    expect(await bench.pull(eve.pull(), 'eve')).toMatchObject({ code: 'space.unknown' })
    expect(await bench.push(eve.push(0, 0, { create: true }), 'eve')).toMatchObject({ code: 'space.unknown' })
  })

  it('[W1] with a live socket gets what others write as deltas, by a cursor of their own', async () => {
    const { bench, ann, bob } = await projectWith('editor')
    const live = new LiveEnd(bench.hub.live, 'bob')
    bob.cursor = (await live.pull(bob.pull())).cursor
    ann.note([setTitle('more')])
    good(await bench.push(ann.push(2)))
    const [delta] = live.deltas()
    expect(delta).toMatchObject({ from: bob.cursor, head: 3 })
    expect(good(await bench.pull(bob.pull({ cursor: delta?.cursor ?? null }), 'bob'))).toMatchObject({ head: 3 })
    expect(await bench.pull(bob.pull({ cursor: delta?.cursor ?? null }), 'ann')).toMatchObject({ code: 'cursor.invalid' })
  })

  it('[W1] has the role from the same push that gave it', async () => {
    const { bench, ann } = await projectWith('reader')
    const carl = bench.device(ann.space)
    carl.note([setTitle('of carl')])
    decide(ann, { account: 'carl', role: 'editor' })
    const [, answer] = await Promise.all([bench.push(ann.push(2)), bench.push(carl.push(0, 1, { create: false }), 'carl')])
    expect(good(answer).verdicts).toMatchObject([{ type: 'applied' }])
  })
})

describe('what a role allows', () => {
  const table: readonly (readonly [Standing, string, (bob: Device, note: RecordId) => unknown, string])[] = [
    ['editor', 'adds', (bob) => bob.note([setTitle('x')]), 'applied'],
    ['editor', 'changes', (bob, note) => bob.note([setTitle('x')], note), 'applied'],
    ['contributor', 'adds', (bob) => bob.note([setTitle('x')]), 'applied'],
    ['contributor', 'changes what others added', (bob, note) => bob.note([setTitle('x')], note), 'access.denied'],
    ['reader', 'adds', (bob) => bob.note([setTitle('x')]), 'access.denied'],
    ['reader', 'changes', (bob, note) => bob.note([setTitle('x')], note), 'access.denied'],
    ['editor', 'renames the space', (bob) => renamed(bob, 'alive'), 'applied'],
    ['editor', 'deletes the space', (bob) => renamed(bob, 'deleted'), 'access.denied'],
    ['contributor', 'renames the space', (bob) => renamed(bob, 'alive'), 'access.denied'],
    ['owner', 'deletes the space', (bob) => renamed(bob, 'deleted'), 'applied'],
    ['owner', 'decides a role', (bob) => decide(bob, { account: 'eve', role: 'owner' }), 'applied'],
    ['editor', 'decides a role', (bob) => decide(bob, { account: 'eve', role: 'reader' }), 'access.denied'],
    ['editor', 'makes themselves owner', (bob) => decide(bob, { account: 'bob', role: 'owner' }), 'access.denied'],
    ['reader', 'leaves', (bob) => decide(bob, { account: 'bob', role: 'none' }), 'applied'],
    ['owner', 'leaves to another owner', (bob) => decide(bob, { account: 'bob', role: 'none' }), 'applied'],
    ['owner', 'says under one account’s id something of another', (bob) => disguised(bob), 'access.denied'],
  ]

  it.each(table)('[W2] %s %s', async (role, _what, act, expected) => {
    const { bench, bob, note } = await projectWith(role)
    act(bob, note)
    expect(await verdicts(bench, bob, 'bob')).toEqual([expected])
  })

  const renamed = (device: Device, life: 'alive' | 'deleted'): WrittenChange =>
    device.write(
      device.content([
        { collection: '$space', record: device.space as string as RecordId, life, lifeOver: [], fields: [put('name', 'Estuary')] },
      ]),
    )
  const disguised = (device: Device): WrittenChange =>
    decide(device, { account: 'eve', role: 'owner', record: memberId(sha256, device.space, 'mallory') })

  it.each([
    ['editor', 'access.denied'],
    ['owner', 'applied'],
  ] as const)('[W2] %s restores a space that was deleted: %s', async (role, expected) => {
    const { bench, ann, bob } = await projectWith(role)
    renamed(ann, 'deleted')
    expect(await verdicts(bench, ann, 'ann', 2)).toEqual(['applied'])
    renamed(bob, 'alive')
    expect(await verdicts(bench, bob, 'bob')).toEqual([expected])
  })

  it('[W2] a refused change takes nothing with it: what is behind it goes on', async () => {
    const { bench, bob, note, ann } = await projectWith('contributor')
    bob.note([setTitle('mine')])
    bob.note([setTitle('taken')], note)
    bob.note([setTitle('mine, too')])
    expect(await verdicts(bench, bob, 'bob')).toEqual(['applied', 'access.denied', 'applied'])
    expect(await titlesOf(bench, ann.space)).toEqual(['of ann', 'mine', 'mine, too'])
  })

  it('[W2] the records of members are not deleted: who was there stays known', async () => {
    const { bench, ann, admitted } = await projectWith('reader')
    const record = memberId(sha256, ann.space, 'bob')
    ann.write(ann.content([{ collection: MEMBER_COLLECTION, record, life: 'deleted', lifeOver: [admitted.name], fields: [] }]))
    expect(await verdicts(bench, ann, 'ann', 2)).toEqual(['access.denied'])
  })

  it('[W3] the last owner stays, until there is another', async () => {
    const { bench, ann, admitted } = await projectWith('editor')
    decide(ann, { account: 'ann', role: 'none' })
    decide(ann, { account: 'bob', role: 'owner', over: [admitted.name] })
    decide(ann, { account: 'ann', role: 'none' })
    expect(await verdicts(bench, ann, 'ann', 2)).toEqual(['access.lastOwner', 'applied', 'applied'])
  })

  it('[W3] two owners who remove each other leave one', async () => {
    const { bench, ann, bob } = await projectWith('owner')
    decide(ann, { account: 'bob', role: 'none' })
    decide(bob, { account: 'ann', role: 'none' })
    expect(await verdicts(bench, ann, 'ann', 2)).toEqual(['applied'])
    expect(await verdicts(bench, bob, 'bob')).toEqual(['access.revoked'])
    expect(await hello(bench, ann, 'ann')).toMatchObject([{ role: 'owner' }])
  })

  it('[W4] of decisions that did not see one another the one that allows least counts; a later one that saw both counts as it is', async () => {
    const { bench, ann, bob, admitted } = await projectWith('editor')
    const second = bench.device(ann.space)
    const removed = decide(ann, { account: 'bob', role: 'none', over: [admitted.name] })
    const raised = decide(second, { account: 'bob', role: 'owner', over: [admitted.name] })
    good(await bench.push(ann.push(2)))
    good(await bench.push(second.push(0)))
    expect(await hello(bench, bob, 'bob')).toMatchObject([{ role: 'none', head: 0 }])
    decide(ann, { account: 'bob', role: 'reader', over: [removed.name, raised.name] })
    good(await bench.push(ann.push(3)))
    expect(await hello(bench, bob, 'bob')).toMatchObject([{ role: 'reader', head: 5 }])
  })
})

describe('who was removed', () => {
  const removedWhile = async (): ReturnType<typeof projectWith> => {
    const project = await projectWith('editor')
    const { bench, ann, bob, admitted } = project
    bob.cursor = good(await bench.pull(bob.pull(), 'bob')).cursor
    decide(ann, { account: 'bob', role: 'none', over: [admitted.name] })
    good(await bench.push(ann.push(2)))
    return project
  }

  it('[W5] reads nothing any more, and is told so: by pull, hello, poll and comparison', async () => {
    const { bench, bob, ann } = await removedWhile()
    expect(await bench.pull(bob.pull(), 'bob')).toMatchObject({ code: 'access.revoked', status: 403 })
    expect(await bench.pull(bob.pull({ cursor: null }), 'bob')).toMatchObject({ code: 'access.revoked' })
    expect(await hello(bench, bob, 'bob')).toEqual([{ space: ann.space, head: 0, durableThrough: 0, role: 'none' }])
    const response = await bench.post(
      'poll',
      encodePollRequest({ replica: bob.replica, heads: [{ space: ann.space, head: 2 }], waitMs: 9 }),
      {
        account: 'bob',
      },
    )
    expect(decodePollAnswer(await response.json())).toMatchObject({ value: { heads: [{ space: ann.space, head: 3 }] } })
  })

  it('[W5] and knows it, waits in a long poll like everybody else', async () => {
    const { bench, bob, ann } = await removedWhile()
    const heads = [{ space: ann.space, head: 0 }]
    const response = await bench.post('poll', encodePollRequest({ replica: bob.replica, heads, waitMs: 1 }), { account: 'bob' })
    expect(decodePollAnswer(await response.json())).toMatchObject({ value: { heads: [] } })
  })

  it('[W5] is told no head of the space by an answer to a push', async () => {
    const { bench, bob, ann } = await removedWhile()
    ann.note([setTitle('among us')])
    good(await bench.push(ann.push(3)))
    bob.note([setTitle('x')])
    expect(good(await bench.push(bob.push(0, 1, { create: false }), 'bob'))).toMatchObject({ head: 2, cursor: null })
  })

  it('[W5] gets a verdict on each unsent change: what was applied is repeated, the rest refused and kept by the device', async () => {
    const { bench, ann, bob, admitted } = await projectWith('editor')
    bob.note([setTitle('sent in time')])
    expect(await verdicts(bench, bob, 'bob')).toEqual(['applied'])
    decide(ann, { account: 'bob', role: 'none', over: [admitted.name] })
    good(await bench.push(ann.push(2)))
    bob.note([setTitle('too late')])
    const again = good(await bench.push(bob.push(0, 2, { create: false }), 'bob'))
    expect(again.verdicts).toMatchObject([{ type: 'applied' }, { type: 'rejected', code: 'access.revoked' }])
    expect(again).toMatchObject({ head: 0, cursor: null })
    expect(await titlesOf(bench, ann.space)).toEqual(['of ann', 'sent in time'])
  })

  it('[W5] and comes back sends again what was refused', async () => {
    const { bench, ann, bob } = await removedWhile()
    bob.note([setTitle('kept')])
    expect(await verdicts(bench, bob, 'bob')).toEqual(['access.revoked'])
    const removed = ann.written.at(-1)
    decide(ann, { account: 'bob', role: 'editor', over: removed === undefined ? [] : [removed.name] })
    good(await bench.push(ann.push(3)))
    const [refused] = bob.written
    if (refused === undefined) throw new Error('nothing was written')
    bob.write(refused.change.content, { attempt: 1 })
    expect(await verdicts(bench, bob, 'bob', 1)).toEqual(['applied'])
  })

  it('[W5] is told at once over a live socket, and hears nothing more', async () => {
    const { bench, ann, bob, admitted } = await projectWith('reader')
    const live = new LiveEnd(bench.hub.live, 'bob')
    bob.cursor = (await live.pull(bob.pull())).cursor
    live.frames.length = 0
    decide(ann, { account: 'bob', role: 'none', over: [admitted.name] })
    good(await bench.push(ann.push(2)))
    expect(live.heard()).toEqual(['head 3'])
    ann.note([setTitle('among us')])
    good(await bench.push(ann.push(3)))
    expect(live.heard()).toEqual(['head 3'])
  })

  it('[W5] wakes from a long poll', async () => {
    const { bench, ann, bob, admitted } = await projectWith('reader')
    const polled = bench.post('poll', encodePollRequest({ replica: bob.replica, heads: [{ space: ann.space, head: 2 }], waitMs: 20_000 }), {
      account: 'bob',
    })
    decide(ann, { account: 'bob', role: 'none', over: [admitted.name] })
    good(await bench.push(ann.push(2)))
    expect(decodePollAnswer(await (await polled).json())).toMatchObject({ value: { heads: [{ space: ann.space }] } })
  })

  it('[W5] never makes the hub take itself for restored', async () => {
    const { bench, bob } = await removedWhile()
    const epoch = bench.hub.epoch()
    await bench.pull(bob.pull(), 'bob')
    bob.note([setTitle('x')])
    await bench.push(bob.push(0, 1, { create: false }), 'bob')
    expect(bench.hub.epoch()).toBe(epoch)
  })
})

it('[W1] an id of another space’s record opens nothing: every look-up is in the space of the request', async () => {
  const { bench, note } = await projectWith('reader')
  const eve = bench.device()
  eve.write(eve.content([notes(note, [setTitle('mine')])]))
  expect(good(await bench.push(eve.push(), 'eve')).verdicts).toMatchObject([{ type: 'applied', version: 1 }])
})
