/** What the harness makes of a run that leaves something behind which ends a program on Node, or which nobody would see. */
import { expect, test, vi } from 'vitest'
import type { Device } from './device.ts'
import { explore } from './explore.ts'
import { scenario } from './scenario.ts'
import { aNoteAlone, offline } from './scenarios/prepared.ts'

const leftBehind = (): Error => new Error('left behind')

const leaves: Readonly<Record<string, (device: Device) => void>> = {
  'a rejected promise that nobody handles': () => void Promise.reject(leftBehind()),
  'an exception that nobody catches': () => {
    setImmediate(() => {
      throw leftBehind()
    })
  },
  'a store that cannot be closed': ({ process }) => process && vi.spyOn(process.store, 'close').mockRejectedValue(leftBehind()),
}

test.each(Object.entries(leaves))('%s is a failure of the point that runs, and of no other', async (_, leave) => {
  const name = 'a save that is refused'
  const one = scenario(name, '', {
    before: aNoteAlone,
    act: async (world, { space, note }) => {
      const ann = offline(world)
      const { fate } = await ann.visit(space, note)
      if (fate === 'refused') leave(ann)
    },
  })
  const { failures } = await explore(one, (points) => points.filter(({ side, at }) => side === 'device' && at === 1))
  const refusing = ['fails once', 'fails five times', 'fails until reopened']
  const wrong = [expect.stringContaining('left behind')]
  expect(failures).toMatchObject(refusing.map((fault) => ({ scenario: name, point: { side: 'device', at: 1, fault }, wrong })))
})
