/**
 * People of an account who work at the same time, where there is signal: what one saves reaches the others while they type. By chance alone
 * it would hardly ever happen, and much that goes wrong does so then.
 */
import type { World } from '../world.ts'
import { MEETINGS_PER_DAY, type SharedScreens } from './person.ts'

const DAY_MS = 24 * 3_600_000
const ARRIVAL_MS = 10_000
const SIGNAL_SHARE = 0.7

export function meetNowAndThen(world: World): void {
  const dice = world.dice('meetings')
  const later = (account: string): void => {
    world.agenda.after(dice.wait(DAY_MS / MEETINGS_PER_DAY), () => {
      if (world.isHealed) return
      const shared: SharedScreens = new Map()
      for (const person of world.people) {
        if (person.device.plan.account !== account) continue
        if (dice.chance(SIGNAL_SHARE)) person.device.line.weather.comes()
        world.agenda.after(dice.wait(ARRIVAL_MS), () => world.isHealed || void person.work(shared))
      }
      later(account)
    })
  }
  for (const account of new Set(world.plan.devices.map((device) => device.account))) later(account)
}
