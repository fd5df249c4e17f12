/** A worker that simulates, one seed at a time. */
import { Worker } from 'node:worker_threads'
import type { Failure, Replay, SeedFindings, SmallerWorld } from '@tombolo/testkit/simulate'
import { CliError } from '../cli-error.ts'
import type { Answer, Request } from './program.ts'

export class Simulator {
  readonly #worker: Worker

  /** @throws CliError with the reason why the app cannot be simulated */
  static async start(program: string): Promise<Simulator> {
    const simulator = new Simulator(program)
    await simulator.#answer()
    return simulator
  }

  private constructor(program: string) {
    this.#worker = new Worker(program, { execArgv: ['--enable-source-maps'] })
    // Whoever has asked is told; without this an error while nobody asks would end the command.
    this.#worker.on('error', () => undefined)
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
      const heard = (answer: Answer): void => {
        this.#worker.off('error', reject)
        if (answer.ok) resolve(answer.value)
        else reject(new CliError(answer.code, answer.message))
      }
      this.#worker.once('message', heard).once('error', reject)
    })
  }
}
