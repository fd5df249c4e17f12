/** What somebody who listens on the wire has heard: pushes, as text. */
import type { RequestPath } from '@tombolo/client/testing'

export interface Overheard {
  readonly account: string
  readonly text: string
}

const KEPT = 20

export class Wire {
  readonly pushes: Overheard[] = []

  overhears(path: RequestPath, account: string | null, text: string): void {
    if (path !== 'push' || account === null) return
    this.pushes.push({ account, text })
    if (this.pushes.length > KEPT) this.pushes.shift()
  }
}
