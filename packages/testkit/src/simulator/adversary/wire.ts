/** What somebody who listens on the wire has heard: pushes, as text. */
import type { RequestPath } from '@tombolo/client/testing'
import type { LineOwner } from '../network/line.ts'
import type { World } from '../world.ts'

export interface Overheard {
  readonly account: string
  readonly text: string
}

const KEPT = 20

export class Wire {
  readonly #world: World
  readonly pushes: Overheard[] = []

  constructor(world: World) {
    this.#world = world
  }

  overhears(path: RequestPath, owner: LineOwner, text: string): void {
    const account = this.#world.accountOf(owner.token())
    if (path !== 'push' || account === null) return
    this.pushes.push({ account, text })
    if (this.pushes.length > KEPT) this.pushes.shift()
  }
}
