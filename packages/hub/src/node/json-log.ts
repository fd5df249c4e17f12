/** Logs as JSON lines on stderr, by pino. Errors are written by name, code and stack: a message may hold what a person wrote. */
import { destination, pino } from 'pino'
import type { Log } from '../log.ts'

/**
 * A log of JSON lines on stderr. `level`: `info`, `warn`, `error` or `silent`.
 * @example const log = jsonLog('warn')
 */
export function jsonLog(level: string): Log {
  return pino({ level, serializers: { error: describe } }, destination(2))
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? { code: error.code } : {}
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return { type: error.name, ...code, stack: frames.join('\n') }
}
