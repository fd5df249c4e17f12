/**
 * `node:fs` behind a gate: what goes wrong at the k-th operation on files. A process that died does nothing any more, and what it had not
 * flushed of a file is lost in part.
 */
import type * as Files from 'node:fs'
import { ProcessDied } from '../../storage/gate.ts'

/** `dies torn`: after the operation, half of what the file has got meanwhile is not on the disk. */
export const FILE_FAULTS = ['fails once', 'fails from here on', 'is full', 'dies before', 'dies after', 'dies torn'] as const
export type FileFault = (typeof FILE_FAULTS)[number]

export interface FilePoint {
  /** Counted from 1; 0: nothing goes wrong. */
  readonly at: number
  readonly fault: FileFault
}

/** The operations that are counted; `takesRoom`: what a disk that is full refuses. */
const OPERATIONS = {
  openSync: { takesRoom: false },
  readSync: { takesRoom: false },
  readFileSync: { takesRoom: false },
  readdirSync: { takesRoom: false },
  statSync: { takesRoom: false },
  fsyncSync: { takesRoom: true },
  mkdirSync: { takesRoom: true },
  writeFileSync: { takesRoom: true },
  copyFileSync: { takesRoom: true },
  linkSync: { takesRoom: true },
  renameSync: { takesRoom: true },
  rmSync: { takesRoom: false },
} as const
type Name = keyof typeof OPERATIONS
type Call = (...args: unknown[]) => unknown

/** What is under way; the same for all who have this module. */
export class FileFaults {
  readonly operations: string[] = []
  #point: FilePoint | null = null
  #isDead = false

  /** Runs `work`, which meets the fault of this point. Gives whether it came to its end; what else it throws counts as told. */
  meets(point: FilePoint, work: () => unknown): boolean {
    this.#point = point
    this.#isDead = false
    this.operations.length = 0
    try {
      work()
      return true
    } catch {
      return false
    } finally {
      this.#point = null
    }
  }

  /** The same for work that takes its time. */
  async meetsLater(point: FilePoint, work: () => Promise<unknown>): Promise<boolean> {
    let working: Promise<unknown> = Promise.resolve()
    const isBegun = this.meets(point, () => (working = work()))
    this.#point = point
    const isDone = await working.then(
      () => isBegun,
      () => false,
    )
    this.#point = null
    return isDone
  }

  /** The functions of `node:fs`, behind this gate. */
  gated(files: typeof Files): typeof Files {
    const gated = Object.entries(OPERATIONS).map(([name, { takesRoom }]) => {
      const call = files[name as Name] as Call
      return [name, (...args: unknown[]) => this.#pass(files, name as Name, takesRoom, () => call(...args), args)] as const
    })
    return { ...files, ...Object.fromEntries(gated) }
  }

  #pass(files: typeof Files, name: Name, takesRoom: boolean, call: () => unknown, args: readonly unknown[]): unknown {
    if (this.#point === null) return call()
    if (this.#isDead) throw new ProcessDied()
    this.operations.push(`${name} ${args.filter((arg) => typeof arg === 'string').join(' ')}`)
    const { at, fault } = this.#point
    const since = this.operations.length - at
    if (at === 0 || since < 0) return call()
    if (fault === 'is full') {
      if (takesRoom) throw failure('ENOSPC')
    } else if (fault === 'fails from here on' || (fault === 'fails once' && since === 0)) throw failure('EIO')
    else if (since === 0 && fault.startsWith('dies')) {
      this.#isDead = true
      if (fault !== 'dies before') call()
      if (fault === 'dies torn') tear(files, name, args)
      throw new ProcessDied()
    }
    return call()
  }
}

/** The file that an operation has written and nobody has flushed. */
function tear(files: typeof Files, name: Name, args: readonly unknown[]): void {
  const path = name === 'copyFileSync' ? args[1] : name === 'writeFileSync' ? args[0] : null
  if (typeof path === 'string') files.truncateSync(path, files.statSync(path).size >> 1)
}

const failure = (code: string): Error => Object.assign(new Error(code), { code })
