// The little that contract cases need to be run anywhere, without a test framework.
import { StorageError, type Storage, type StorageErrorCode } from './port.ts'

export interface ContractCase<Subject> {
  readonly title: string
  /** Resolves when the subject does as the title says; rejects with what it did instead. */
  run(subject: Subject): Promise<void>
}

/** One adapter at one place. Each case has a subject of its own. */
export interface StorageSubject {
  /** A storage as a program has it that starts now: what the one before it committed is there, nothing else. */
  start(): Storage
  /** Whether committed data survives the closing of a database. */
  readonly kept: boolean
  /** Whether the log and its settings can be looked at: a database on disk. */
  readonly durability: 'disk' | 'memory'
  /** Writes nonsense over a closed database, where the adapter has files. */
  corrupt?(name: string): Promise<void>
}

/** Fails unless both are the same by value: texts, numbers, bytes, lists, records. */
export function check(actual: unknown, expected: unknown): void {
  const [is, should] = [show(actual), show(expected)]
  if (is !== should) throw new Error(`expected ${should}, got ${is}`)
}

/** The exception that `call` ends with. It may not be a StorageError: those are for failures of the device. */
export function passesThrough(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    if (error instanceof Error && !(error instanceof StorageError)) return error
    throw error
  }
  throw new Error('expected an exception, and there was none')
}

/** Fails unless `call` ends with a StorageError of one of these codes that names its cause. */
export async function failsAsStorage(codes: readonly StorageErrorCode[], call: () => unknown): Promise<void> {
  const error: unknown = await new Promise((resolve) => resolve(call())).then(
    () => new Error('expected a storage failure, and there was none'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof StorageError) || !codes.includes(error.code)) throw error
  check(error.cause instanceof Error, true)
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes(${[...value].join(' ')})`
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}: ${show(entry)}`)
      .join(', ')}}`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
