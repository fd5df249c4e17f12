/** A process of the torture, to be killed without warning. What it says are lines on standard output. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A process that says nothing of what is awaited for so long hangs, however slow the machine. */
const PATIENCE_MS = 5 * 60_000

export class Child {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  readonly #waiting = new Set<() => void>()
  readonly #closed: Promise<unknown>
  #isOver = false

  /** `program`: one of programs.ts. */
  constructor(program: string, args: readonly string[]) {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child = child
    createInterface(child.stdout).on('line', (line) => {
      this.#lines.push(line)
      this.#look()
    })
    // `close` comes when everything that was said has been read, also what a killed process said.
    this.#closed = once(child, 'close')
    child.once('close', () => {
      this.#isOver = true
      this.#look()
    })
  }

  /** Everything that was said until now, line by line. */
  get lines(): readonly string[] {
    return this.#lines
  }

  /** Whether it has ended, and all that it said was read. */
  get isOver(): boolean {
    return this.#isOver
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Resolves with the first line, said or yet to be said, that begins like this. @throws as `saw` */
  said(start: string): Promise<string> {
    return this.saw((line) => line.startsWith(start))
  }

  /** Resolves with the next line, yet to be said, that begins like this. @throws as `saw` */
  next(start: string): Promise<string> {
    return this.saw((line) => line.startsWith(start), this.#lines.length)
  }

  /** Resolves with the first line, said or yet to be said, that is so. @throws Error when the process ends before, or hangs. */
  async saw(isSo: (line: string) => boolean, from = 0): Promise<string> {
    const giveUpAt = performance.now() + PATIENCE_MS
    for (let at = from; ; at += 1) {
      while (at >= this.#lines.length) {
        if (this.#isOver || performance.now() > giveUpAt)
          throw new Error(`a process ${this.#isOver ? 'ended' : 'hangs'}; its last words: ${this.#lines.at(-1)?.slice(0, 100) ?? 'none'}`)
        await this.#news(giveUpAt)
      }
      const line = this.#lines[at] ?? ''
      if (isSo(line)) return line
    }
  }

  /** Kills it with SIGKILL; resolves when it is gone and everything that it said was read. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }

  /** Asks it to come to an end. */
  stop(): void {
    this.#child.kill('SIGTERM')
  }

  /** Resolves when it has ended by itself. @throws Error if it failed. */
  async ended(): Promise<void> {
    await this.#closed
    if (this.#child.exitCode !== 0) throw new Error(`a process ended with ${this.#child.exitCode ?? this.#child.signalCode}`)
  }

  async #news(giveUpAt: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve)
      timer = setTimeout(resolve, Math.max(0, giveUpAt - performance.now()) + 1)
    })
    clearTimeout(timer)
  }

  #look(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}
