/** A hub and two devices, each a process: writer and reader, with everything that they cost. */
import { Actor, cpuOfAll } from './actor.ts'
import { newDirectory } from './directory.ts'

export class Trio {
  readonly hub: Actor
  readonly writer: Actor
  readonly reader: Actor

  private constructor(kind: 'our' | 'raw') {
    const file = (name: string): URL => new URL(`../actors/${kind}-${name}.js`, import.meta.url)
    this.hub = new Actor(file('hub'))
    this.writer = new Actor(file('device'))
    this.reader = new Actor(file('device'))
  }

  static async start(kind: 'our' | 'raw'): Promise<Trio> {
    const trio = new Trio(kind)
    const hub = await trio.hub.call<string>('start', newDirectory())
    await trio.writer.call('open', { directory: newDirectory(), hub })
    await trio.reader.call('open', { directory: newDirectory(), hub })
    return trio
  }

  cpuOf(work: () => Promise<unknown>): Promise<number> {
    return cpuOfAll([this.hub, this.writer, this.reader], work)
  }

  async stop(): Promise<void> {
    await this.writer.stop()
    await this.reader.stop()
    await this.hub.stop()
  }
}
