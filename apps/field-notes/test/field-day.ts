/** A day in the field: the built app, a hub, and people with browsers of their own, each on a wire that can be cut. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { launch } from '../../../tools/browser/chromium.ts'
import { builtApp, freePort, hubArguments, HubProcess } from './hub.ts'
import { Person } from './person.ts'
import { Wire } from './wire.ts'

export class FieldDay {
  readonly directory: string
  readonly hub: HubProcess
  /** The files that the hub serves: a copy, for tests that change it. */
  readonly app: string
  readonly #wires: Wire[]
  readonly #people: Person[] = []

  private constructor(directory: string, hub: HubProcess, wires: Wire[]) {
    this.directory = directory
    this.app = join(directory, 'app')
    this.hub = hub
    this.#wires = wires
  }

  /** With so many wires: a hub learns at its start by which names it is known. */
  static async begin(people: number): Promise<FieldDay> {
    const [directory, built, port] = await Promise.all([mkdtemp(join(tmpdir(), 'field-notes-day-')), builtApp(), freePort()])
    const wires = await Promise.all(Array.from({ length: people }, () => Wire.lay(port)))
    await cp(built, join(directory, 'app'), { recursive: true })
    const origins = wires.map(({ origin }) => origin)
    const hub = new HubProcess(port, hubArguments(join(directory, 'app'), join(directory, 'data'), origins))
    await hub.start()
    return new FieldDay(directory, hub, wires)
  }

  /** One that ends with the test that begins it. */
  static async ofThisTest(people: number): Promise<FieldDay> {
    const day = await FieldDay.begin(people)
    onTestFinished(() => day.end())
    return day
  }

  /** A browser that was never here before, with the app open. */
  async person(options: BrowserContextOptions = {}): Promise<Person> {
    const wire = this.#wires[this.#people.length]
    if (wire === undefined) throw new Error('there are fewer wires than people')
    const context = await launch({ context: { viewport: { width: 1280, height: 800 }, ...options } })
    const person = new Person(context, wire, context.pages()[0] ?? (await context.newPage()))
    this.#people.push(person)
    await person.start()
    return person
  }

  async end(): Promise<void> {
    for (const { context } of this.#people) await context.close()
    await this.hub.kill()
    for (const wire of this.#wires) await wire.remove()
    await rm(this.directory, { recursive: true, force: true })
  }
}
