/** A worker that simulates, one seed at a time. */
import { Worker } from 'node:worker_threads'
import type { Failure, Replay, SeedFindings, SmallerWorld } from '@tombolo/testkit/simulate'
import { CliError } from '../cli-error.ts'
import type { Answer, Request } from './program.ts'

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

export class Simulator {
  readonly #worker: Worker
  #waiting: Waiting | null = null
  #end: { readonly error: unknown } | null = null

  /** @throws CliError with the reason why the app cannot be simulated */
  static async start(program: string): Promise<Simulator> {
    const simulator = new Simulator(program)
    await simulator.#answer().catch((error: unknown) => {
      throw error instanceof CliError ? error : new CliError('cli.schema', String(error))
    })
    return simulator
  }

  private constructor(program: string) {
    this.#worker = new Worker(program, { execArgv: ['--enable-source-maps'] })
    this.#worker.on('message', (answer: Answer) => {
      if (answer.ok) this.#waiting?.resolve(answer.value)
      else this.#waiting?.reject(new CliError(answer.code, answer.message))
    })
    this.#worker.on('error', (error: unknown) => this.#ends(error))
    this.#worker.on('exit', () => this.#ends(new Error('the app ended its process')))
  }

  /** @throws what was thrown where nobody could catch it: the worker is gone. As the others. */
  run(seed: number): Promise<SeedFindings> {
    return this.#ask({ type: 'run', seed }) as Promise<SeedFindings>
  }

  replay(seed: number): Promise<Replay> {
    return this.#ask({ type: 'replay', seed }) as Promise<Replay>
  }

  smaller(seed: number, failure: Failure, runsMax: number): Promise<SmallerWorld> {
    return this.#ask({ type: 'smaller', seed, failure, runsMax }) as Promise<SmallerWorld>
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #ask(request: Request): Promise<unknown> {
    this.#worker.postMessage(request)
    return this.#answer()
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end === null) this.#waiting = { resolve, reject }
      else reject(this.#end.error)
    })
  }

  /** Whoever waits is told, or whoever asks next. */
  #ends(error: unknown): void {
    this.#end ??= { error }
    this.#waiting?.reject(this.#end.error)
  }
}
