/** A process of its own that does what it is told: a hub, a device. Its CPU counts like ours. */
import { fork, type ChildProcess } from 'node:child_process'
import { cpuMicros } from './measure.ts'

interface Order {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}
type Report = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string }
type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }

export class Actor {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #orders = 0

  /** `file`: built, beside this one. */
  constructor(file: URL) {
    this.#process = fork(file, { stdio: 'inherit' })
    this.#process.on('message', (report: Report) => this.#reported(report))
    this.#process.on('exit', () => this.#gone())
  }

  call<T>(name: string, argument: unknown = null): Promise<T> {
    const id = ++this.#orders
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject })
      this.#process.send({ id, name, argument } satisfies Order)
    })
  }

  /** Microseconds since it began. */
  cpu(): Promise<number> {
    return this.call('cpu')
  }

  async stop(): Promise<void> {
    await this.call('stop')
    this.#process.disconnect()
  }

  #reported(report: Report): void {
    const waiting = this.#waiting.get(report.id)
    this.#waiting.delete(report.id)
    if ('error' in report) waiting?.reject(new Error(report.error))
    else waiting?.resolve(report.value)
  }

  #gone(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('a process of the bench ended'))
    this.#waiting.clear()
  }
}

export type Deeds = Readonly<Record<string, (argument: never) => unknown>> & { readonly stop: () => unknown }

/** The actor's side: carries out orders, one after another. */
export function act(deeds: Deeds): void {
  const known: Readonly<Record<string, (argument: never) => unknown>> = { cpu: cpuMicros, ...deeds }
  process.on('message', (order: Order) => void carryOut(known, order))
  process.on('disconnect', () => process.exit())
}

async function carryOut(deeds: Readonly<Record<string, (argument: never) => unknown>>, { id, name, argument }: Order): Promise<void> {
  try {
    const value = await deeds[name]?.(argument as never)
    process.send?.({ id, value } satisfies Report)
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) } satisfies Report)
  }
}

/** CPU of all of them while `work` runs. */
export async function cpuOfAll(actors: readonly Actor[], work: () => Promise<unknown>): Promise<number> {
  const sum = async (): Promise<number> => (await Promise.all(actors.map((actor) => actor.cpu()))).reduce((total, one) => total + one, 0)
  const before = await sum()
  await work()
  return (await sum()) - before
}
