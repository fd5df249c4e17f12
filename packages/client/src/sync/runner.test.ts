/** One device and a fake hub in virtual time: every way in which an exchange ends, and what the device makes of it. */
import { problem, type ProblemCode, type RecordId, type SpaceId } from '@tombolo/core'
import { describe, expect, test, vi } from 'vitest'
import { LocalStore } from '../engine/local-store.ts'
import { loadSeldom } from '../load-seldom.ts'
import { StorageError } from '../storage/port.ts'
import { saying } from '../test/fake-hub.ts'
import { loadText, seededRandom, sha256 } from '../test/local-store-kit.ts'
import { addNote, addSealed, notes, openScene, titlesOf, unsent } from '../test/sync-kit.ts'
import { Relay } from './connectivity.ts'
import { SyncRunner } from './runner.ts'
import type { Exchange } from './transport.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('sending', () => {
  test('[P1] what is typed goes two seconds after the last input, as one change, each time', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    for (const sentBefore of [0, 1, 2]) {
      const record = addNote(scene, 'H')
      for (const title of ['He', 'Her', 'Heron']) {
        await scene.time.pass(1900)
        scene.store.write({ space: scene.space, steps: [{ type: 'set', collection: 'notes', record, values: { title } }] })
      }
      await scene.time.pass(1900)
      expect(scene.hub.count('push')).toBe(sentBefore)
      await scene.time.pass(200)
      expect(scene.hub.log(scene.space)).toHaveLength(sentBefore + 1)
      expect(unsent(scene)).toBe(0)
    }
  })

  test('[P1] a runner that is stopped while it seals, because the disk fails, does not touch the store any more', async () => {
    const scene = await openScene()
    scene.hub.instead = () => ({ type: 'network' })
    scene.runner.start()
    await scene.time.pass(SECOND)
    addNote(scene, 'Heron')
    await scene.time.pass(SECOND)
    addNote(scene, 'Egret', '018f0000-0000-7000-8000-00000000000b' as SpaceId)
    const seal = vi.spyOn(scene.store, 'seal').mockImplementation(() => void scene.runner.stop())
    await scene.time.pass(HOUR)
    expect(seal.mock.calls).toEqual([[scene.space]])
  })

  test('[S3] an error that nobody expects is told, and sync goes on', async () => {
    const scene = await openScene()
    const error = new Error('this platform has no sockets')
    vi.spyOn(scene.hub, 'openLive').mockImplementation(() => {
      throw error
    })
    scene.runner.start()
    await scene.time.pass(SECOND)
    addSealed(scene, 'Heron')
    await scene.time.pass(SECOND)
    expect(scene.errors).toContain(error)
    expect(unsent(scene)).toBe(0)
  })

  test('[P1] what is sealed goes at once', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    addSealed(scene, 'Heron')
    await scene.time.pass(100)
    expect(unsent(scene)).toBe(0)
    expect(scene.errors).toEqual([])
  })

  test('[S4] there is never more than one push under way, and nothing that is written meanwhile is forgotten', async () => {
    const scene = await openScene()
    scene.runner.start()
    const other = '018f0000-0000-7000-8000-00000000000b' as SpaceId
    for (let k = 0; k < 50; k += 1) {
      addSealed(scene, `Note ${k}`, k % 3 === 0 ? other : scene.space)
      await scene.time.pass(7)
    }
    await scene.time.pass(5 * SECOND)
    expect(scene.hub.pushesAtOnce).toBe(1)
    expect(unsent(scene)).toBe(0)
    expect(scene.hub.head(scene.space) + scene.hub.head(other)).toBe(50)
  })

  test('[S6] a push holds no more than the signal allows', async () => {
    const scene = await openScene()
    for (let k = 0; k < 100; k += 1) addSealed(scene, `${k} ${'x'.repeat(10_000)}`)
    scene.runner.start()
    await scene.time.pass(MINUTE)
    const pushes = scene.hub.asked.filter(({ path }) => path === 'push').map(({ changes }) => changes.length)
    expect(pushes[0]).toBeLessThanOrEqual(6)
    expect(Math.max(...pushes)).toBeLessThanOrEqual(52)
    expect(unsent(scene)).toBe(0)
  })

  test('[Q8] a space that was made elsewhere is taken up and read, and its load shows progress', async () => {
    const scene = await openScene()
    const other = await scene.another()
    for (let k = 0; k < 10; k += 1) addSealed(other, `Note ${k}`)
    await scene.time.result(other.runner.syncOnce())
    scene.hub.pageEntries = 3
    scene.runner.start()
    const seen = new Set<number | null>()
    await scene.time.until(() => {
      seen.add(scene.runner.status().loading)
      return typeof scene.store.state.spaces.find(scene.space)?.completeAt === 'number'
    })
    expect(titlesOf(scene)).toHaveLength(10)
    expect([...seen]).toEqual([null, 0.3, 0.6, 0.9])
    expect(scene.runner.status().loading).toBeNull()
  })

  test('[Q8] a space that is not wanted is left alone', async () => {
    const scene = await openScene({ wants: () => false })
    const other = await scene.another()
    addSealed(other, 'Heron')
    await scene.time.result(other.runner.syncOnce())
    expect(await scene.time.result(scene.runner.syncOnce())).toMatchObject({ outcome: 'complete', received: 0 })
    expect(scene.store.state.spaces.all()).toEqual([])
  })
})

describe('when no answer comes', () => {
  test.each<[string, Exchange]>([
    ['there is no network', { type: 'network' }],
    ['a captive portal answers', { type: 'not-the-hub' }],
    ['answers are too late', { type: 'timeout' }],
    ['an answer is no message of the protocol', { type: 'answered', body: { sign: 'in' }, bytes: 9, durationMs: 9 }],
  ])('[S1] %s: the device is offline, keeps probing, and sends everything when the hub is back', async (_what, exchange) => {
    const scene = await openScene()
    scene.hub.instead = () => exchange
    addSealed(scene, 'Heron')
    scene.runner.start()
    await scene.time.pass(10 * MINUTE)
    expect(scene.runner.status()).toMatchObject({ connection: 'offline', waiting: 'offline', lastSuccessAt: null })
    expect(scene.runner.status().nextTryAt).toBeGreaterThanOrEqual(scene.time.nowMs)
    expect(scene.hub.count('push')).toBe(0)
    expect(scene.hub.count('hello')).toBeGreaterThan(4)
    expect(scene.hub.count('hello')).toBeLessThan(40)
    scene.hub.instead = () => undefined
    await scene.time.pass(5 * MINUTE)
    expect(scene.runner.status()).toMatchObject({ connection: 'live', waiting: null })
    expect(unsent(scene)).toBe(0)
  })

  test('[P4] an answer that is lost leaves the outcome open: the same goes again and counts once', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    let lost = 0
    scene.hub.instead = ({ path }, honest) => {
      if (path !== 'push' || ++lost > 3) return undefined
      honest()
      return { type: 'network' }
    }
    addSealed(scene, 'Heron')
    await scene.time.pass(MINUTE)
    expect([...scene.hub.applied.values()]).toEqual([1])
    expect(unsent(scene)).toBe(0)
    expect(titlesOf(scene)).toEqual(['Heron'])
  })

  test('[S2] a hub that says nothing at all is given up in time, and asked again', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    let silent = true
    scene.hub.instead = (_asked, _honest, options) => (silent ? scene.hub.silence(options) : undefined)
    addSealed(scene, 'Heron')
    await scene.time.pass(3 * MINUTE)
    expect(unsent(scene)).toBe(1)
    silent = false
    await scene.time.pass(5 * MINUTE)
    expect(unsent(scene)).toBe(0)
    expect([...scene.hub.applied.values()]).toEqual([1])
  })

  test('[S1] hints only hurry: online ends a wait, hidden seals what is open', async () => {
    const hints = new Relay()
    const time = { scene: await openScene() }
    const { scene } = time
    const quiet = await scene.another({
      ports: {
        nowMs: () => scene.time.nowMs,
        setTimer: scene.time.setTimer,
        random: () => 0.99,
        onError: () => undefined,
        connectivity: hints,
      },
    })
    scene.hub.instead = () => ({ type: 'network' })
    hints.tell({ type: 'offline' })
    addSealed(quiet, 'Heron')
    quiet.runner.start()
    await scene.time.pass(20 * MINUTE)
    scene.hub.instead = () => undefined
    hints.tell({ type: 'online' })
    await scene.time.pass(2 * SECOND)
    expect(unsent(quiet)).toBe(0)
    addNote(quiet, 'Nest')
    hints.tell({ type: 'hidden' })
    await scene.time.pass(500)
    expect(unsent(quiet)).toBe(0)
  })
})

describe('what the hub may say instead', () => {
  test.each<[ProblemCode, string, string]>([
    ['access.revoked', 'live', 'permission'],
    ['space.unknown', 'live', 'permission'],
    ['message.malformed', 'live', 'refused'],
    ['schema.newer', 'live', 'hub.older'],
    ['schema.mismatch', 'blocked', 'app.older'],
    ['protocol.unsupported', 'blocked', 'app.older'],
    ['auth.required', 'needs-sign-in', 'sign-in'],
    ['auth.expired', 'needs-sign-in', 'sign-in'],
  ])('[S3] %s to a push: %s, waiting for %s; nothing is lost, and it goes when that is mended', async (code, connection, waiting) => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    scene.hub.instead = ({ path }) => (path === 'push' ? saying(code) : undefined)
    addSealed(scene, 'Heron')
    await scene.time.pass(5 * SECOND)
    expect(scene.runner.status()).toMatchObject({ connection, waiting })
    const tries = scene.hub.count('push')
    await scene.time.pass(30 * MINUTE)
    expect(scene.hub.count('push')).toBe(tries)
    expect(unsent(scene)).toBe(1)
    scene.hub.instead = () => undefined
    // A token is told of; a cookie is found out by whoever asks to send.
    if (code === 'auth.required') scene.runner.signedIn()
    else scene.runner.sendNow()
    await scene.time.pass(5 * SECOND)
    expect(unsent(scene)).toBe(0)
    expect(scene.runner.status()).toMatchObject({ connection: 'live', waiting: null })
  })

  test('[S2] a hub that asks for a minute gets it, whatever a person says', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    scene.hub.instead = ({ path }) => (path === 'push' ? saying('hub.busy', { retryAfterMs: MINUTE }) : undefined)
    addSealed(scene, 'Heron')
    await scene.time.pass(SECOND)
    scene.hub.instead = () => undefined
    const before = scene.hub.asked.length
    scene.runner.sendNow()
    await scene.time.pass(58 * SECOND)
    expect(scene.hub.asked).toHaveLength(before)
    expect(scene.runner.status()).toMatchObject({ waiting: 'busy' })
    await scene.time.pass(MINUTE)
    expect(unsent(scene)).toBe(0)
  })

  test('[S3] a push that is too large goes in smaller ones', async () => {
    const scene = await openScene()
    for (let k = 0; k < 40; k += 1) addSealed(scene, `Note ${k}`)
    scene.hub.instead = ({ path }) =>
      path === 'push' && (scene.hub.asked.at(-1)?.changes.length ?? 0) > 4 ? saying('message.tooLarge') : undefined
    scene.runner.start()
    await scene.time.pass(5 * MINUTE)
    expect(unsent(scene)).toBe(0)
  })

  test('[P2] a gap or a fork has one remedy: a new replica id, and everything goes once', async () => {
    for (const code of ['push.gap', 'push.fork'] as const) {
      const scene = await openScene()
      const { replica } = scene.store.state
      let said = 0
      scene.hub.instead = ({ path }) => (path === 'push' && ++said === 1 ? saying(code) : undefined)
      for (const title of ['Egret', 'Heron', 'Nest']) addSealed(scene, title)
      scene.runner.start()
      await scene.time.pass(10 * SECOND)
      expect(scene.store.state.replica).not.toBe(replica)
      expect(unsent(scene)).toBe(0)
      expect([...scene.hub.applied.values()]).toEqual([1, 1, 1])
    }
  })

  test('[P2] a remedy that the disk refuses is tried again: the space does not stop for good', async () => {
    const scene = await openScene()
    const { replica } = scene.store.state
    scene.hub.instead = ({ path }) => (path === 'push' && scene.store.state.replica === replica ? saying('push.fork') : undefined)
    vi.spyOn(scene.store.hub, 'startNewChain').mockImplementationOnce(() => {
      throw new StorageError('storage.io', new Error('planted'))
    })
    addSealed(scene, 'Heron')
    scene.runner.start()
    await scene.time.pass(6 * MINUTE)
    expect(scene.errors).toMatchObject([{ code: 'storage.io' }])
    expect(unsent(scene)).toBe(0)
    expect([...scene.hub.applied.values()]).toEqual([1])
  })

  test('[Q2] a space that a failing disk kept from being opened is opened at the next answer', async () => {
    const scene = await openScene()
    addSealed(scene, 'Heron')
    await scene.time.result(scene.runner.syncOnce())
    const other = await scene.another()
    vi.spyOn(other.store.hub.checks, 'dueAt').mockImplementationOnce(() => {
      throw new StorageError('storage.io', new Error('planted'))
    })
    other.runner.start()
    await scene.time.pass(6 * MINUTE)
    expect(other.errors).toMatchObject([{ code: 'storage.io' }])
    expect(titlesOf(other)).toEqual(['Heron'])
  })

  test('[Q3] a new epoch that was entered, and that a failing disk kept from being told, is told all the same', async () => {
    const scene = await openScene()
    addSealed(scene, 'Heron')
    scene.runner.start()
    await scene.time.pass(10 * SECOND)
    scene.hub.loseEverything('second-epoch')
    vi.spyOn(scene.store.hub.checks, 'dueAt').mockImplementationOnce(() => {
      throw new StorageError('storage.io', new Error('planted'))
    })
    scene.runner.sendNow()
    await scene.time.pass(6 * MINUTE)
    expect(scene.errors).toMatchObject([{ code: 'storage.io' }])
    expect(unsent(scene)).toBe(0)
    expect([...scene.hub.applied.values()]).toEqual([1])
  })

  test('[P7] a start that a failing disk refuses can be asked for again', async () => {
    const scene = await openScene()
    addSealed(scene, 'Heron')
    vi.spyOn(scene.store.hub.checks, 'dueAt').mockImplementationOnce(() => {
      throw new StorageError('storage.io', new Error('planted'))
    })
    expect(() => scene.runner.start()).toThrow('storage.io')
    scene.runner.start()
    await scene.time.pass(10 * SECOND)
    expect(unsent(scene)).toBe(0)
  })

  test("[S3] a replica id that is another account's: nothing goes as that account, whatever token is sent", async () => {
    const scene = await openScene()
    addSealed(scene, 'Heron')
    scene.runner.start()
    await scene.time.pass(SECOND)
    const { replica } = scene.store.state
    scene.hub.instead = ({ path }) => (path === 'push' ? saying('replica.foreign') : undefined)
    addSealed(scene, 'Nest')
    await scene.time.pass(HOUR)
    expect(scene.runner.status()).toMatchObject({ connection: 'needs-sign-in', waiting: 'sign-in' })
    expect(scene.store.state.replica).toBe(replica)
    expect(scene.hub.count('push')).toBe(2)
  })

  test('[P2] a replica id that a stranger has used before this device said hello is given up for another', async () => {
    const scene = await openScene()
    const { replica } = scene.store.state
    scene.hub.instead = () => (scene.store.state.replica === replica ? saying('replica.foreign') : undefined)
    addSealed(scene, 'Heron')
    scene.runner.start()
    await scene.time.pass(MINUTE)
    expect(unsent(scene)).toBe(0)
  })

  test('[P2] a gap in one space: what is sent again of the others goes too', async () => {
    const scene = await openScene()
    const other = '018f0000-0000-7000-8000-00000000000b' as SpaceId
    addSealed(scene, 'Heron')
    addSealed(scene, 'Nest', other)
    scene.runner.start()
    await scene.time.pass(10 * SECOND)
    const { replica } = scene.store.state
    scene.hub.instead = ({ path }) => (path === 'push' && scene.store.state.replica === replica ? saying('push.gap') : undefined)
    addSealed(scene, 'Owl')
    await scene.time.pass(10 * SECOND)
    expect(unsent(scene)).toBe(0)
    const sent = scene.hub.asked.flatMap(({ changes }) => changes.map(({ content }) => content.space))
    expect(sent.filter((space) => space === other)).toHaveLength(2)
  })

  test('[Q3] a new epoch, however it is told, makes the device send what it keeps and read everything anew', async () => {
    for (const told of ['hello', 'push', 'pull'] as const) {
      const scene = await openScene()
      addSealed(scene, 'Heron')
      scene.runner.start()
      await scene.time.pass(10 * SECOND)
      scene.hub.loseEverything('second-epoch')
      if (told === 'hello') scene.runner.sendNow()
      else if (told === 'push') addSealed(scene, 'Nest')
      else {
        const other = await scene.another()
        addSealed(other, 'Nest')
        await scene.time.result(other.runner.syncOnce())
      }
      await scene.time.pass(6 * MINUTE)
      expect(scene.store.state.epoch).toBe('second-epoch')
      expect([...scene.hub.applied.values()]).toEqual(told === 'hello' ? [1] : [1, 1])
      expect(titlesOf(scene)).toEqual(told === 'hello' ? ['Heron'] : ['Heron', 'Nest'])
      expect(unsent(scene)).toBe(0)
      expect(scene.errors).toEqual([])
    }
  })
})

describe('a hub that was restored', () => {
  test('[Q3] and does not know a space yet: the space is read as soon as the hub tells of it', async () => {
    const scene = await openScene()
    const writer = await scene.another()
    addSealed(writer, 'Heron')
    await scene.time.result(writer.runner.syncOnce())
    await scene.time.result(scene.runner.syncOnce())
    scene.hub.loseEverything('second-epoch')
    scene.runner.start()
    await scene.time.pass(MINUTE)
    expect(scene.store.state.spaces.get(scene.space)).toMatchObject({ cursor: null })
    await scene.time.result(writer.runner.syncOnce())
    await scene.time.pass(MINUTE)
    expect(scene.store.state.spaces.get(scene.space)).toMatchObject({ cursor: 'c1' })
  })

  test('[Q3] and does not know it is found out by its heads', async () => {
    const scene = await openScene()
    for (const title of ['Egret', 'Heron', 'Nest']) addSealed(scene, title)
    scene.runner.start()
    await scene.time.pass(10 * SECOND)
    scene.hub.fallBack(scene.space, 1)
    await scene.time.pass(MINUTE)
    expect(scene.store.state.epoch).toBe('first-epoch restored')
    expect(scene.hub.log(scene.space)).toHaveLength(3)
    expect(unsent(scene)).toBe(0)
  })

  test('[Q3] is offered again what it had applied, also where this device had not read so far', async () => {
    const scene = await openScene()
    const other = await scene.another()
    addSealed(scene, 'Heron')
    await scene.time.result(scene.runner.syncOnce())
    addSealed(other, 'Nest')
    await scene.time.result(other.runner.syncOnce())
    scene.hub.instead = ({ path }) => (path === 'pull' ? { type: 'network' } : undefined)
    addSealed(scene, 'Owl')
    await scene.time.result(scene.runner.syncOnce())
    expect(scene.hub.log(scene.space)).toHaveLength(3)
    expect(unsent(scene)).toBe(0)
    scene.hub.instead = () => undefined
    scene.hub.fallBack(scene.space, 2)
    scene.runner.start()
    await scene.time.pass(MINUTE)
    expect(scene.hub.log(scene.space)).toHaveLength(3)
    expect(titlesOf(scene)).toEqual(['Heron', 'Nest', 'Owl'])
    expect([...scene.store.state.changes.live]).toEqual([])
  })

  test('[Q3] is read anew under its new epoch, also when its heads stand where they stood', async () => {
    const scene = await openScene()
    const writer = await scene.another()
    for (const title of ['Egret', 'Heron']) addSealed(writer, title)
    await scene.time.result(writer.runner.syncOnce())
    await scene.time.result(scene.runner.syncOnce())
    scene.hub.loseEverything('second-epoch')
    await scene.time.result(writer.runner.syncOnce())
    expect(scene.hub.head(scene.space)).toBe(2)
    await scene.time.result(scene.runner.syncOnce())
    expect(scene.store.state.spaces.get(scene.space)).toMatchObject({ cursor: 'c2', version: 2 })
    expect(scene.runner.status().waiting).toBeNull()
  })
})

describe('hub faults', () => {
  const fault = (title: string, named: boolean) => async () => {
    const scene = await openScene()
    const titles = ['Crane', 'Dodo', 'Egret', 'Heron', 'Nest', 'Owl', 'Wren']
    for (const each of titles) addSealed(scene, each)
    const poison = [...scene.store.state.changes.live][titles.indexOf(title)]
    const parked: boolean[] = []
    scene.hub.instead = ({ changes }, honest) => {
      const holds = changes.find(({ content }) => content.intent === poison?.intent)
      if (holds === undefined) return undefined
      parked.push(holds.park)
      return holds.park ? honest() : saying('hub.fault', named && poison !== undefined ? { intent: poison.intent } : {})
    }
    scene.runner.start()
    await scene.time.pass(HOUR)
    expect(unsent(scene)).toBe(0)
    expect([...scene.store.state.changes.live].map(({ status, refused }) => [status, refused?.code])).toEqual([['failed', 'hub.fault']])
    expect(scene.hub.log(scene.space)).toHaveLength(6)
    expect(parked.filter((each) => each)).toHaveLength(1)
    expect(parked.filter((each) => !each).length).toBeLessThan(12)
  }

  test('[P3] the hub names the change: a push goes up to it, then it alone, and after five faults parked', fault('Heron', true))
  test('[P3] the hub names none: the push is halved until one change stands alone', fault('Heron', false))
  test('[P3] the first change is the poison: what follows goes all the same', fault('Crane', false))
})

describe('what the device does itself', () => {
  test('[C1] the offset of the clock is learnt from answers; above two minutes the person is warned', async () => {
    const scene = await openScene()
    scene.clock.aheadMs = -3 * HOUR
    scene.runner.start()
    await scene.time.pass(SECOND)
    expect(scene.runner.status()).toMatchObject({ clockOffsetMs: 3 * HOUR, clockWarning: true })
    expect(scene.store.state.nowMs()).toBe(scene.time.nowMs)
  })

  test('[C1] a clock that stands before what is stored is warned of, also offline', async () => {
    const scene = await openScene()
    addSealed(scene, 'Heron')
    scene.clock.aheadMs = -HOUR
    scene.hub.instead = () => ({ type: 'network' })
    scene.runner.start()
    await scene.time.pass(SECOND)
    expect(scene.runner.status()).toMatchObject({ clockOffsetMs: null, clockWarning: true })
  })

  test('[P4] storage that fails when an answer comes: the answer is asked for again', async () => {
    const scene = await openScene()
    const failing = vi.spyOn(scene.store.hub, 'pushAnswered').mockImplementationOnce(() => {
      throw new StorageError('storage.full', null)
    })
    addSealed(scene, 'Heron')
    scene.runner.start()
    await scene.time.pass(MINUTE)
    expect(failing).toHaveBeenCalledTimes(2)
    expect(scene.errors).toHaveLength(1)
    expect(unsent(scene)).toBe(0)
    expect([...scene.hub.applied.values()]).toEqual([1])
  })

  test('[R15] Yjs that cannot be fetched now delays the page that needs it, and loses nothing', async () => {
    let isThere = false
    const scene = await openScene()
    const writer = await scene.another()
    const reader = await scene.another({
      loadText: async () => {
        if (!isThere) throw new TypeError('a chunk cannot be fetched')
        const { yjsEditor } = await import('@tombolo/core/yjs')
        return yjsEditor(() => 9)
      },
    })
    const { yjsEditor } = await import('@tombolo/core/yjs')
    writer.store.useText(yjsEditor(() => 8))
    const record = addSealed(writer, 'Heron')
    writer.store.write({
      space: writer.space,
      steps: [{ type: 'edit', collection: 'notes', record, field: 'body', from: '', to: 'reeds' }],
    })
    await scene.time.result(writer.runner.syncOnce())
    reader.runner.start()
    await scene.time.pass(MINUTE)
    expect(titlesOf(reader)).toEqual([])
    isThere = true
    await scene.time.pass(5 * MINUTE)
    expect(titlesOf(reader)).toEqual(['Heron'])
    expect(reader.store.state.database.prepare('SELECT body FROM notes').get()).toEqual({ body: 'reeds' })
  })

  test('[R15] Yjs that cannot be fetched now holds up nothing that was written without it, also where texts were edited before', async () => {
    const scene = await openScene()
    const { store: before, runner: first, hub, time, space } = scene
    before.useText(await loadText())
    const edited = addSealed(scene, 'Heron')
    before.write({ space, steps: [{ type: 'edit', collection: 'notes', record: edited, field: 'body', from: '', to: 'reeds' }] })
    await time.result(first.syncOnce())
    const ports = { nowMs: () => time.nowMs, random: seededRandom(9), hash: sha256, loadText, loadUpgrade: loadSeldom }
    const store = await LocalStore.open(before.state.database, notes, ports)
    const runner = new SyncRunner({
      store,
      transport: hub,
      loadText: () => Promise.reject(new TypeError('a chunk cannot be fetched')),
      ports: { nowMs: () => time.nowMs, setTimer: time.setTimer, random: () => 0.5, onError: () => {} },
    })
    const record = '018f0000-0000-7000-8000-0000000000ff' as RecordId
    store.write({ space, steps: [{ type: 'add', collection: 'notes', record, values: { title: 'Egret' } }] })
    const sent = hub.applied.size
    runner.start()
    await time.until(() => hub.applied.size > sent, MINUTE)
    expect(runner.status().connection).toBe('live')
  })

  test('[P4] after stop nothing touches the store, and a start sends what was open', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    const answered = vi.spyOn(scene.store.hub, 'pushAnswered')
    addSealed(scene, 'Heron')
    await scene.time.pass(10)
    expect(scene.hub.count('push')).toBe(1)
    await scene.runner.stop()
    await scene.time.pass(MINUTE)
    expect(answered).not.toHaveBeenCalled()
    scene.runner.start()
    await scene.time.pass(5 * SECOND)
    expect([...scene.hub.applied.values()]).toEqual([1])
    expect(unsent(scene)).toBe(0)
  })

  test('[S1] a single round ends at its deadline, and says what still waits', async () => {
    const scene = await openScene()
    scene.hub.instead = () => ({ type: 'network' })
    addSealed(scene, 'Heron')
    const summary = await scene.time.result(scene.runner.syncOnce({ deadline: scene.time.nowMs + 10 * SECOND }))
    expect(summary).toEqual({ outcome: 'offline', applied: 0, refused: 0, received: 0, waiting: 1 })
    scene.hub.instead = () => undefined
    expect(await scene.time.result(scene.runner.syncOnce())).toMatchObject({ outcome: 'complete', applied: 1, waiting: 0 })
  })

  test('[S1] the last success moves on success only', async () => {
    const scene = await openScene()
    scene.runner.start()
    await scene.time.pass(SECOND)
    const { lastSuccessAt } = scene.runner.status()
    expect(lastSuccessAt).not.toBeNull()
    scene.hub.instead = ({ path }) => (path === 'push' ? saying('hub.fault') : undefined)
    addSealed(scene, 'Heron')
    await scene.time.pass(2 * MINUTE)
    expect(scene.runner.status()).toMatchObject({ lastSuccessAt })
    expect(problem('hub.fault').class).toBe('retryable')
  })
})
