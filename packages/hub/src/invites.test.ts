import { type FieldOperation, INVITE_COLLECTION, inviteId, MEMBER_COLLECTION, memberId, type Name, type Standing } from '@tombolo/core'
import { describe, expect, it } from 'vitest'
import { sha256 } from './crypto/keys.ts'
import { type Bench, good, openBench } from './test/bench-hub.ts'
import { type Device, setTitle, type WrittenChange } from './test/device.ts'

const SECRET = 'SecretOfTheInvitatio-A'
const DAY_MS = 86_400_000

const put = (field: string, value: string | number, over: readonly Name[] = []): FieldOperation => ({ kind: 'set', field, value, over })

const invite = (device: Device, role: Standing, untilMs: number, secret = SECRET): WrittenChange => {
  const record = inviteId(sha256, secret)
  const fields = [put('role', role), put('until', untilMs)]
  return device.write(device.content([{ collection: INVITE_COLLECTION, record, life: 'alive', lifeOver: [], fields }]))
}

const isMember = (device: Device, account: string, role: Standing, over: readonly Name[] = []): WrittenChange => {
  const record = memberId(sha256, device.space, account)
  const fields = [put('account', account, over), put('role', role, over)]
  return device.write(device.content([{ collection: MEMBER_COLLECTION, record, life: 'alive', lifeOver: over, fields }]))
}

/** A project of ann, who has made an invitation and has not sent it yet, and the device of bob, who has the code. */
async function scene(role: Standing = 'editor'): Promise<{ bench: Bench; ann: Device; bob: Device; invited: WrittenChange }> {
  const bench = await openBench()
  const ann = bench.device()
  ann.note([setTitle('of ann')])
  good(await bench.push(ann.push()))
  const invited = invite(ann, role, bench.clock.now + DAY_MS)
  return { bench, ann, bob: bench.device(ann.space), invited }
}

const join = (bench: Bench, bob: Device, from = 0, secret = SECRET): ReturnType<Bench['push']> =>
  bench.push(bob.push(from, bob.written.length, { create: false, join: secret }), 'bob')

describe('an invitation', () => {
  it('[W6] lets in who shows its secret, with what they had written before', async () => {
    const { bench, ann, bob } = await scene()
    good(await bench.push(ann.push(1)))
    bob.note([setTitle('of bob')])
    isMember(bob, 'bob', 'editor')
    expect(good(await join(bench, bob)).verdicts).toMatchObject([{ type: 'applied' }, { type: 'applied' }])
    expect(good(await bench.pull(bob.pull(), 'bob'))).toMatchObject({ head: 4 })
    bob.note([setTitle('and more')])
    expect(good(await bench.push(bob.push(2, 3, { create: false }), 'bob')).verdicts).toMatchObject([{ type: 'applied' }])
  })

  it('[W6] that the hub does not know yet is waited for, and a space that is not there says the same', async () => {
    const { bench, ann, bob } = await scene()
    bob.note([setTitle('of bob')])
    expect(await join(bench, bob)).toMatchObject({ code: 'invite.unknown', class: 'permission' })
    const nowhere = bench.device()
    nowhere.note([setTitle('x')])
    expect(await bench.push(nowhere.push(0, 1, { create: false, join: SECRET }), 'carl')).toMatchObject({ code: 'invite.unknown' })
    good(await bench.push(ann.push(1)))
    expect(good(await join(bench, bob)).verdicts).toMatchObject([{ type: 'applied' }])
  })

  it('[W6] lets nobody in with another secret', async () => {
    const { bench, ann, bob } = await scene()
    good(await bench.push(ann.push(1)))
    bob.note([setTitle('of bob')])
    expect(await join(bench, bob, 0, 'AnotherSecret--------A')).toMatchObject({ code: 'invite.unknown' })
    expect(await bench.pull(bob.pull(), 'bob')).toMatchObject({ code: 'space.unknown' })
  })

  it('[W6] ends, by the clock of the hub', async () => {
    const { bench, ann, bob } = await scene()
    good(await bench.push(ann.push(1)))
    bob.note([setTitle('of bob')])
    bench.clock.now += DAY_MS + 1
    expect(await join(bench, bob)).toMatchObject({ code: 'invite.over' })
    expect(await bench.pull(bob.pull(), 'bob')).toMatchObject({ code: 'space.unknown' })
  })

  it('[W6] that was taken back lets nobody in', async () => {
    const { bench, ann, bob, invited } = await scene()
    const record = inviteId(sha256, SECRET)
    ann.write(ann.content([{ collection: INVITE_COLLECTION, record, life: 'deleted', lifeOver: [invited.name], fields: [] }]))
    good(await bench.push(ann.push(1)))
    bob.note([setTitle('of bob')])
    expect(await join(bench, bob)).toMatchObject({ code: 'invite.over' })
  })

  it('[W6] gives its own role, whatever the one who joins says of themselves', async () => {
    const { bench, ann, bob } = await scene('reader')
    good(await bench.push(ann.push(1)))
    isMember(bob, 'bob', 'owner')
    bob.note([setTitle('of bob')])
    isMember(bob, 'bob', 'reader')
    const { verdicts } = good(await join(bench, bob))
    const codes = verdicts.map((verdict) => (verdict.type === 'applied' ? 'applied' : verdict.code))
    expect(codes).toEqual(['access.denied', 'access.denied', 'applied'])
  })

  it('[W6] does not bring back who was removed, also not one of after that', async () => {
    const { bench, ann, bob } = await scene()
    good(await bench.push(ann.push(1)))
    const joined = isMember(bob, 'bob', 'editor')
    good(await join(bench, bob))
    isMember(ann, 'bob', 'none', [joined.name])
    good(await bench.push(ann.push(2)))
    bob.note([setTitle('back')])
    expect(await join(bench, bob, 1)).toMatchObject({ code: 'invite.over' })
    invite(ann, 'editor', bench.clock.now + DAY_MS, 'SecretOfTheSecondOne-A')
    good(await bench.push(ann.push(3)))
    expect(await join(bench, bob, 1, 'SecretOfTheSecondOne-A')).toMatchObject({ code: 'invite.over' })
  })

  it('[W6] lets nobody read who has not said by a record that they are there', async () => {
    const { bench, ann, bob } = await scene()
    good(await bench.push(ann.push(1)))
    bob.note([setTitle('of bob')])
    expect(good(await join(bench, bob)).verdicts).toMatchObject([{ type: 'applied' }])
    expect(await bench.pull(bob.pull(), 'bob')).toMatchObject({ code: 'space.unknown' })
    isMember(bob, 'bob', 'editor')
    expect(good(await join(bench, bob, 1)).verdicts).toMatchObject([{ type: 'applied' }])
    expect(good(await bench.pull(bob.pull(), 'bob'))).toMatchObject({ head: 4 })
  })

  it('[W6] changes nothing for somebody who has a role', async () => {
    const { bench, ann } = await scene('reader')
    good(await bench.push(ann.push(1)))
    ann.note([setTitle('still owner')])
    expect(good(await bench.push(ann.push(2, 3, { join: SECRET }))).verdicts).toMatchObject([{ type: 'applied' }])
  })

  it.each(['editor', 'contributor', 'reader'] as const)('[W6] is made by owners only, not by an %s', async (role) => {
    const { bench, ann, bob } = await scene(role)
    good(await bench.push(ann.push(1)))
    invite(bob, 'owner', bench.clock.now + DAY_MS, 'SecretOfTheSecondOne-A')
    expect(good(await join(bench, bob)).verdicts).toMatchObject([{ type: 'rejected', code: 'access.denied' }])
  })
})
