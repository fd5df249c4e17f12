import { describe, test } from 'vitest'
import type { EnginePort } from '../engine/port.ts'
import { app } from '../test/tabs/lab/schema.ts'
import { portContract, type PortSubject } from '../test/tabs/port-contract.ts'
import { World } from '../test/tabs/world.ts'
import { channelOf } from './channel.ts'
import { remoteEngine } from './remote-engine.ts'
import { serveEngine } from './serve-engine.ts'

const chance = (): number => 0.5

/** The port of a tab that leads, or follows one that does. */
async function inWorld(role: 'leader' | 'follower'): Promise<PortSubject & { readonly world: World }> {
  const world = new World({ schema: app, chance })
  const leader = world.open()
  await world.until(() => leader.tab.role === 'leader')
  const tab = role === 'leader' ? leader : world.open()
  await world.until(() => tab.tab.role === role)
  const { relay } = tab.tab
  const driven: EnginePort = {
    open: () => world.result(relay.open()),
    read: (request) => world.result(relay.read(request)),
    write: (batch) => world.result(relay.write(batch)),
    watch: (request, notify) => relay.watch(request, notify),
    status: (notify) => relay.status(notify),
    close: () => world.result(relay.close()),
  }
  return { world, port: driven, until: (isSo) => world.until(isSo) }
}

async function overMessagePorts(): Promise<PortSubject & { close(): void }> {
  const { port: engine } = await inWorld('leader')
  const { port1, port2 } = new MessageChannel()
  serveEngine(engine, channelOf(port1))
  return { port: remoteEngine(channelOf(port2)), until: soon, close: () => port1.close() }
}

async function soon(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => void setImmediate(resolve))
}

describe('the contract of the port', () => {
  for (const { title, run } of portContract) {
    test(`in this thread: ${title}`, async () => run(await inWorld('leader')))
    test(`through another tab: ${title}`, async () => run(await inWorld('follower')))
    test(`over a message channel: ${title}`, async () => {
      const subject = await overMessagePorts()
      await run(subject)
      subject.close()
    })
  }
})
