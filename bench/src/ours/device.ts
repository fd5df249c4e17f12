/** A device that syncs with a hub over a live socket, put together as `openStore` does it, with the parts at hand. */
import { WebSocket } from 'ws'
import { BLIND, HttpTransport, nodeStorage, openEngine, random, sha256, socketOver, Store } from './built.ts'
import { TOKEN } from './hub.ts'
import { type App, app } from './schema.ts'

type Opened = Awaited<ReturnType<typeof openEngine>>
export type Device = Opened & { readonly page: Awaited<ReturnType<typeof Store.open<App>>> }

export async function openDevice(directory: string, hub: string): Promise<Device> {
  const opened = await openEngine({
    name: 'store',
    schema: app,
    storage: nodeStorage({ directory }),
    mirror: null,
    transport: async () =>
      new HttpTransport({
        hub,
        token: () => TOKEN,
        connect: (url, token, handlers) => socketOver(new WebSocket(url, { headers: { authorization: `Bearer ${token}` } }), handlers),
      }),
    connectivity: BLIND,
    hash: sha256,
    random,
    requestFrame: (run) => void setImmediate(run),
    onError: console.error,
  })
  return { ...opened, page: await Store.open({ schema: app, port: opened.port }) }
}
