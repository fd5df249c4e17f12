/** What must hold of the exchanges of a device with the hub: as it asks, and once it has taken the answer. */
import type { Problem, Wire } from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'
import type { Device } from '../device/device.ts'
import type { Listener } from '../network/way.ts'
import { Asks } from './asks.ts'
import type { DeviceChecks } from './device.ts'
import { type Effect, effectsOf, effectsOfDelta } from './heeded.ts'
import { Pace } from './pace.ts'

export class Exchanges implements Listener {
  readonly #device: Device
  readonly #checks: DeviceChecks
  readonly #asks: Asks
  readonly #pace: Pace

  constructor(device: Device, checks: DeviceChecks) {
    this.#device = device
    this.#checks = checks
    this.#asks = new Asks(device)
    this.#pace = new Pace(device)
  }

  asks(path: RequestPath, request: Wire): void {
    this.#within(() => {
      this.#checks.asks()
      this.#asks.asks(path, request)
      this.#pace.asks(path, request)
    })
  }

  refused(path: RequestPath, request: Wire, problem: Problem): void {
    this.#pace.forget()
    this.#within(() => this.#asks.refused(path, request, problem))
  }

  hears(path: RequestPath, request: Wire, answer: unknown): void {
    this.#device.onAnswer()
    this.#onceTaken([...effectsOf(this.#device, path, request, answer), this.#pace.heard(path, request, answer)])
  }

  told(page: unknown): void {
    this.#onceTaken(effectsOfDelta(this.#device, page))
  }

  /** Looks again once the device has taken what came, unless it gave up before, died over it, or its disk refused it. */
  #onceTaken(effects: readonly Effect[]): void {
    const { disk, opened, refusals, stillUntilMs, world } = this.#device
    if (stillUntilMs === world.agenda.nowMs) return
    world.agenda.after(0, () => {
      const device = this.#device
      if (device.disk !== disk || device.opened !== opened || !device.isOpen || device.refusals !== refusals) return
      this.#within(() => {
        for (const isSo of effects) isSo()
      })
    })
  }

  /** Of what breaks here whoever caused it is not told. */
  #within(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.#device.world.fails(error)
    }
  }
}
