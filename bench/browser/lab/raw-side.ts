/** The bare worker, asked by messages. */
import type { Note } from '../../src/notes.ts'
import type { RawCall } from './raw.worker.ts'
import type { Side } from './side.ts'

export interface RawSide extends Side {
  fill(count: number): Promise<void>
}

/** What is asked before the worker has the database waits for it. */
export function openRaw(): RawSide {
  const worker = new Worker(new URL('./raw.worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, (value: unknown) => void>()
  let calls = 0
  worker.addEventListener('message', ({ data }: MessageEvent<{ readonly id: number; readonly value: unknown }>) => {
    waiting.get(data.id)?.(data.value)
    waiting.delete(data.id)
  })
  const ask = <T>(call: RawCall): Promise<T> => {
    const id = ++calls
    worker.postMessage({ id, call })
    return new Promise((resolve) => waiting.set(id, resolve as (value: unknown) => void))
  }
  return {
    lock: 'raw',
    fill: (count) => ask({ type: 'fill', count }),
    add: (note) => ask({ type: 'add', note }),
    get: async (id) => parsed(await ask<string>({ type: 'get', id })),
    newest: async (site) => (await ask<readonly string[]>({ type: 'newest', site })).map(parsed),
    ids: () => ask({ type: 'ids' }),
  }
}

const parsed = (body: string): Note => JSON.parse(body) as Note
