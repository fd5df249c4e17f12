/**
 * The ledger as a file. An entry that a crash cut off was never reported as noted, so it is removed when the file is opened; damage before
 * the end is refused.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncPath } from '../files/sync-path.ts'
import { HubError } from '../hub-error.ts'
import type { Gone } from '../storage.ts'
import type { Ledger } from './ledger.ts'
import { lineOf, parseLine } from './line.ts'

/** A ledger in a file, open until `close`. */
export interface LedgerFile extends Ledger {
  readonly close: () => void
}

const READ_BYTES = 64 * 1024
const NEWLINE = 0x0a

/**
 * Opens the ledger, or makes it if there is none. Keep it beside the hub's key: outside the database and its backups.
 * @throws HubError `ledger.damaged`, or `ledger.newer` if a newer hub wrote it: some of what it holds would not be repeated.
 * @example const ledger = openLedger('./data/hub.ledger')
 */
export function openLedger(path: string): LedgerFile {
  const file = openSync(path, 'a+', 0o600)
  try {
    syncPath(dirname(path))
    return new OpenLedger(path, file)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

class OpenLedger implements LedgerFile {
  readonly #path: string
  readonly #file: number
  #end = 0

  constructor(path: string, file: number) {
    this.#path = path
    this.#file = file
    for (const { end } of this.after(0)) this.#end = end
    if (fstatSync(file).size > this.#end) this.#cut()
  }

  get end(): number {
    return this.#end
  }

  append(gone: Gone): number {
    const line = Buffer.from(lineOf(gone))
    try {
      for (let at = 0; at < line.length;) at += writeSync(this.#file, line, at)
      fsyncSync(this.#file)
    } catch (error) {
      this.#cut()
      throw error
    }
    this.#end += line.length
    return this.#end
  }

  *after(position: number): Generator<{ readonly gone: Gone; readonly end: number }> {
    let torn: number | null = null
    for (const { line, end } of linesOf(this.#file, this.#isLineStart(position) ? position : 0)) {
      const gone = parseLine(line)
      if (!gone.ok && gone.error === 'unknown')
        throw new HubError('ledger.newer', `a newer hub wrote ${this.#path}: update this one, or what it holds would not be repeated`)
      if (torn !== null && gone.ok) throw new HubError('ledger.damaged', `${this.#path} is damaged at byte ${torn}: put back a copy of it`)
      if (gone.ok) yield { gone: gone.value, end }
      else torn ??= end
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  #isLineStart(position: number): boolean {
    const before = Buffer.alloc(1)
    return position === 0 || (readSync(this.#file, before, 0, 1, position - 1) === 1 && before[0] === NEWLINE)
  }

  #cut(): void {
    ftruncateSync(this.#file, this.#end)
    fsyncSync(this.#file)
  }
}

/** Whole lines from a place in the file, each with the place behind it. Reads a part of the file at a time. */
function* linesOf(file: number, start: number): Generator<{ readonly line: string; readonly end: number }> {
  const buffer = Buffer.alloc(READ_BYTES)
  let rest = Buffer.alloc(0)
  let at = start
  for (let read = readSync(file, buffer, 0, READ_BYTES, at); read > 0; read = readSync(file, buffer, 0, READ_BYTES, at + rest.length)) {
    rest = Buffer.concat([rest, buffer.subarray(0, read)])
    for (let newline = rest.indexOf(NEWLINE); newline >= 0; newline = rest.indexOf(NEWLINE)) {
      at += newline + 1
      yield { line: rest.subarray(0, newline).toString('utf8'), end: at }
      rest = rest.subarray(newline + 1)
    }
  }
}
