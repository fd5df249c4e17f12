/** The transport to the hub in a browser. */
import { HttpTransport, type HttpTransportOptions } from './http-transport.ts'
import type { Transport } from './transport.ts'
import { connectBrowser } from './web-socket.ts'

export const browserTransport = (options: Pick<HttpTransportOptions, 'hub' | 'token'>): Transport =>
  new HttpTransport({ ...options, connect: connectBrowser })
