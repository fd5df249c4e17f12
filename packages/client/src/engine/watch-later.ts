/** A watch whose code is loaded first. While that fails, the watcher is told why, and it is loaded again after a while. */
import { PartMissing } from '../platform/load-part.ts'
import type { Stop, WatchEvent } from './port.ts'

export interface LaterWatch {
  readonly load: () => Promise<unknown>
  readonly watch: () => Stop
  readonly notify: (event: WatchEvent) => void
  readonly setTimer: (run: () => void, delayMs: number) => Stop
}

const AGAIN_MS = 10_000
const NOT_BEGUN: Stop = () => undefined

export function watchLater({ load, watch, notify, setTimer }: LaterWatch): Stop {
  let isStopped = false
  let stop = NOT_BEGUN
  const begin = async (): Promise<void> => {
    const missing = await missingPart(load)
    if (isStopped) return
    if (missing === null) stop = watch()
    else {
      notify({ type: 'failed', code: missing.code, message: missing.message })
      stop = setTimer(() => void begin(), AGAIN_MS)
    }
  }
  void begin()
  return () => {
    isStopped = true
    stop()
  }
}

async function missingPart(load: () => Promise<unknown>): Promise<PartMissing | null> {
  try {
    await load()
    return null
  } catch (error) {
    if (error instanceof PartMissing) return error
    throw error
  }
}
