/**
 * People of an account who work at the same time, where there is signal: what one saves reaches the others while they type. By chance alone
 * it would hardly ever happen, and much that goes wrong does so then.
 */
import type { Dice } from '../random.ts'
import type { World } from '../world.ts'
import { MEETINGS_PER_DAY } from './person.ts'

const DAY_MS = 24 * 3_600_000

export function meetNowAndThen(world: World): void {
  for (const account of new Set(world.plan.devices.map((device) => device.account))) meet(world, account, world.dice(`meetings ${account}`))
}

function meet(world: World, account: string, dice: Dice): void {
  world.agenda.after(dice.wait(DAY_MS / MEETINGS_PER_DAY), () => {
    if (world.isHealed) return
    world.meet(account)
    meet(world, account, dice)
  })
}
