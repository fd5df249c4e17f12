/** Brings a device to rest: what it says of itself then is judged. */
import type { openStore } from '@tombolo/client/node'
import type { Contents } from './judge.ts'
import type { app } from './schema.ts'

export type DeviceStore = Awaited<ReturnType<typeof openStore<typeof app>>>

/** Sends and receives until nothing waits on either side. */
export async function settle(store: DeviceStore): Promise<void> {
  for (;;) {
    const { outcome, received, waiting } = await store.syncOnce()
    if (outcome === 'complete' && received === 0 && waiting === 0) return
  }
}

export async function contentsOf(store: DeviceStore): Promise<Contents> {
  const [sheets, lines, open] = [await store.db.sheets.all(), await store.db.lines.all(), await store.outbox.all()]
  return {
    sheets: sheets.map(({ id, body, words }) => ({ id, body, words })),
    lines: lines.map(({ word }) => word),
    open: open.length,
  }
}
