// The contract of outbox mirrors; contract.ts explains how such a list is run.
import { check, type ContractCase } from './contract-kit.ts'
import type { MirrorItem, OutboxMirror } from './mirror.ts'

export interface MirrorSubject {
  /** A mirror as a program has it that starts now. */
  start(): OutboxMirror
  /** Whether a mirror that starts later finds what is there. */
  readonly kept: boolean
}

export type MirrorCase = ContractCase<MirrorSubject>

export const mirrorContract: readonly MirrorCase[] = [
  named('what was put is there, in the order of keys', async ({ start }) => {
    const mirror = start()
    await mirror.put([item('b'), item('a'), item('c')])
    check(await mirror.all(), [item('a'), item('b'), item('c')])
  }),
  named('putting a key again replaces its item', async ({ start }) => {
    const mirror = start()
    await mirror.put([item('a'), item('b')])
    await mirror.put([item('a', 'newer 🌊')])
    check(await mirror.all(), [item('a', 'newer 🌊'), item('b')])
  }),
  named('what was removed is gone; an unknown key is no error', async ({ start }) => {
    const mirror = start()
    await mirror.put([item('a'), item('b'), item('c')])
    await mirror.remove(['a', 'c', 'never'])
    check(await mirror.all(), [item('b')])
  }),
  named('a new mirror is empty, and a cleared one again', async ({ start }) => {
    const mirror = start()
    check(await mirror.all(), [])
    await mirror.put([item('a')])
    await mirror.clear()
    check(await mirror.all(), [])
    await mirror.put([])
    await mirror.remove([])
    check(await mirror.all(), [])
  }),
  named('calls at the same time all count', async ({ start }) => {
    const mirror = start()
    const keys = Array.from({ length: 50 }, (_, n) => `key-${String(n).padStart(3, '0')}`)
    await Promise.all(keys.map((key) => mirror.put([item(key)])))
    check(
      await mirror.all(),
      keys.map((key) => item(key)),
    )
    await Promise.all(keys.slice(1).map((key) => mirror.remove([key])))
    check(await mirror.all(), [item('key-000')])
  }),
  named('what the caller changes afterwards does not change the mirror', async ({ start }) => {
    const mirror = start()
    const changing = { ...item('a') }
    await mirror.put([changing])
    Object.assign(changing, { bytes: 'changed' })
    check(await mirror.all(), [item('a')])
  }),
  named('a mirror that starts later finds what is there', async (subject) => {
    if (!subject.kept) return
    await subject.start().put([item('a'), item('b')])
    await subject.start().remove(['a'])
    check(await subject.start().all(), [item('b')])
  }),
]

function named(title: string, run: MirrorCase['run']): MirrorCase {
  return { title, run }
}

const item = (key: string, bytes = `bytes of ${key}`): MirrorItem => ({ key, space: 'space', bytes })
