/** The lies of proxies, portals and broken lines. None is believed, and each ends. */
import type { IncomingHttpHeaders } from 'node:http'
import { gzipSync } from 'node:zlib'
import { tokenOf } from './token.ts'
import type { Asked, HttpLie, HubAnswer, SocketLie } from './lying-proxy.ts'

const PORTAL = '<!doctype html><title>Welcome to the harbour</title><form action="/accept">Accept our terms to go online.</form>'
const MIB = 1024 * 1024

/** Headers that only the hub itself could have sent: with them a lie is as good as it gets. */
const asTheHub = ({ headers }: Asked): Record<string, string> => ({
  'content-type': 'application/json',
  'tombolo-request': String(headers['tombolo-request']),
  'tombolo-time': String(Date.now()),
})

const say = (asked: Asked, status: number, headers: IncomingHttpHeaders | Record<string, string>, body: Buffer | string): void =>
  void asked.response.writeHead(status, headers as Record<string, string>).end(body)

/** Asks the hub, and passes on something else. */
const instead =
  (alter: (answer: HubAnswer, asked: Asked) => void): HttpLie =>
  async (asked) =>
    alter(await asked.ask(), asked)

/** Writes bytes that no server would. */
const raw = ({ socket }: Asked, text: string, body: Buffer | string = ''): void => {
  socket.write(text)
  socket.end(body)
}

const headLines = (answer: HubAnswer): string =>
  Object.entries(answer.headers)
    .filter(([name]) => name !== 'content-length')
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join('')

/** Zeros are packed a thousand to one; packed twice, a million to one. */
let bomb: Buffer | undefined
const packedBomb = (): Buffer => (bomb ??= gzipSync(Buffer.alloc(256 * MIB, '0')))
let nest: Buffer | undefined
/** Small enough for either side to unpack. */
const packedNest = (): Buffer => (nest ??= gzipSync(Buffer.alloc(30 * MIB, '[')))

const HTTP: Readonly<Record<string, HttpLie>> = {
  'a portal says 200': (asked) => say(asked, 200, { 'content-type': 'text/html' }, PORTAL),
  'a portal says 200 as JSON': (asked) => say(asked, 200, { 'content-type': 'application/json' }, '{"ok":true}'),
  'a portal says 200 with all headers of the hub': (asked) => say(asked, 200, asTheHub(asked), PORTAL),
  'a portal redirects': (asked) => say(asked, 302, { location: '/portal' }, ''),
  'a portal redirects for good, and keeps the method': (asked) => say(asked, 308, { location: `http://${asked.headers.host}/portal` }, ''),
  'a proxy says 204': (asked) => say(asked, 204, {}, ''),
  'a proxy says 204 with all headers of the hub': (asked) => say(asked, 204, asTheHub(asked), ''),
  'a gateway times out': (asked) => say(asked, 504, { 'content-type': 'text/html' }, PORTAL),
  'a cache answers': (asked) => {
    const { cached } = asked
    if (cached === undefined) say(asked, 200, {}, '')
    else say(asked, cached.status, cached.headers, cached.body)
  },
  'a cache answers with the new request id': (asked) => {
    const { cached } = asked
    if (cached === undefined || asked.path.endsWith('hello')) say(asked, 200, {}, '')
    else say(asked, cached.status, { ...cached.headers, ...asTheHub(asked) }, cached.body)
  },
  "somebody gets another one's answer": async (asked) => {
    const { status, headers, body } = await asked.ask({
      ...asked.headers,
      authorization: `Bearer ${tokenOf('ben')}`,
      'tombolo-request': 'of-ben',
    })
    say(asked, status, headers, body)
  },
  'answers lose the headers of the hub': instead(({ status, headers, body }, asked) => {
    const kept = Object.entries(headers).filter(([name]) => !name.startsWith('tombolo-'))
    say(asked, status, Object.fromEntries(kept), body)
  }),
  'requests lose their sign-in': async (asked) => {
    const { authorization: _, ...headers } = asked.headers
    const { status, headers: answered, body } = await asked.ask(headers)
    say(asked, status, answered, body)
  },
  'requests lose their content type': async (asked) => {
    const { status, headers, body } = await asked.ask({ ...asked.headers, 'content-type': 'text/plain' })
    say(asked, status, headers, body)
  },
  'an answer is cut, and so is its length': instead(({ status, headers, body }, asked) => {
    const half = body.subarray(0, body.length / 2)
    say(asked, status, { ...headers, 'content-length': String(half.length) }, half)
  }),
  'an answer is cut in the middle': instead((answer, asked) =>
    raw(
      asked,
      `HTTP/1.1 ${answer.status} OK\r\n${headLines(answer)}content-length: ${answer.body.length}\r\n\r\n`,
      answer.body.subarray(0, 9),
    ),
  ),
  'a length is too short': instead((answer, asked) =>
    raw(asked, `HTTP/1.1 ${answer.status} OK\r\n${headLines(answer)}content-length: 5\r\n\r\n`, answer.body),
  ),
  'a length is no number': instead((answer, asked) =>
    raw(asked, `HTTP/1.1 ${answer.status} OK\r\n${headLines(answer)}content-length: many\r\n\r\n`, answer.body),
  ),
  'an answer has two lengths': instead((answer, asked) =>
    raw(asked, `HTTP/1.1 ${answer.status} OK\r\n${headLines(answer)}content-length: 4\r\ncontent-length: 900\r\n\r\n`, answer.body),
  ),
  'a connection ends before the request': ({ socket }) => void socket.destroy(),
  'a connection ends before the answer': instead((_, { socket }) => void socket.destroy()),
  'a connection ends within the headers': instead((_, asked) => raw(asked, 'HTTP/1.1 200 OK\r\ncontent-ty')),
  'an answer is packed twice': instead(({ status, headers, body }, asked) =>
    say(asked, status, { ...headers, 'content-encoding': 'gzip', 'content-length': '' }, gzipSync(gzipSync(body))),
  ),
  'an answer says that it is packed, and is not': instead(({ status, headers, body }, asked) =>
    say(asked, status, { ...headers, 'content-encoding': 'gzip' }, body),
  ),
  'an answer is a bomb': (asked) => say(asked, 200, { ...asTheHub(asked), 'content-encoding': 'gzip' }, packedBomb()),
  'an answer is a bomb in a bomb': (asked) =>
    say(asked, 200, { ...asTheHub(asked), 'content-encoding': 'gzip, gzip' }, gzipSync(packedBomb())),
  'an answer is nested without end': (asked) => say(asked, 200, { ...asTheHub(asked), 'content-encoding': 'gzip' }, packedNest()),
  'a request becomes a bomb': async (asked) => {
    const { status, headers, body } = await asked.ask({ ...asked.headers, 'content-encoding': 'gzip' }, packedBomb())
    say(asked, status, headers, body)
  },
  'a request becomes nested without end': async (asked) => {
    const { status, headers, body } = await asked.ask({ ...asked.headers, 'content-encoding': 'gzip' }, packedNest())
    say(asked, status, headers, body)
  },
  'a request is packed twice': async (asked) => {
    const packed = asked.headers['content-encoding'] === 'gzip' ? asked.body : gzipSync(asked.body)
    const { status, headers, body } = await asked.ask({ ...asked.headers, 'content-encoding': 'gzip' }, gzipSync(packed))
    say(asked, status, headers, body)
  },
  'a request is asked twice': async (asked) => {
    await asked.ask()
    const { status, headers, body } = await asked.ask()
    say(asked, status, headers, body)
  },
  'an answer comes twice': instead((answer, asked) => {
    const whole = `HTTP/1.1 ${answer.status} OK\r\n${headLines(answer)}content-length: ${answer.body.length}\r\n\r\n`
    asked.socket.write(Buffer.concat([Buffer.from(whole), answer.body, Buffer.from(whole), answer.body]))
  }),
  'an answer to nothing comes ahead': instead((answer, asked) => {
    const whole = `HTTP/1.1 ${answer.status} OK\r\n${headLines(answer)}content-length: ${answer.body.length}\r\n\r\n`
    asked.socket.write(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'), Buffer.from(whole), answer.body]))
  }),
  'an answer hides another in its chunks': (asked) =>
    raw(
      asked,
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n',
      '0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]',
    ),
  'an answer begins with headers without end': (asked) => raw(asked, `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(MIB)}`),
  'an answer is no HTTP': (asked) => raw(asked, '\x16\x03\x01\x02\x00garbage\r\n\r\n'),
}

/** The answer trickles for longer than a device waits. */
const trickle: HttpLie = (asked) => {
  asked.response.writeHead(200, { ...asTheHub(asked), 'content-length': '100000' })
  const timer = setInterval(() => asked.response.write(' '), 500)
  asked.response.on('close', () => clearInterval(timer))
}

/** A text frame, as a server sends it (RFC 6455): shorter than 126 bytes. */
const frame = (text: string): Buffer => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)])

const SOCKET: Readonly<Record<string, SocketLie>> = {
  'a live socket is cut': (device) => void device.destroy(),
  'a live socket is cut on the side of the hub': (_, hub) => void hub.destroy(),
  'a live socket ends in the middle of a frame': (device) => void device.end(Buffer.from([0x81, 0x7e, 0x10, 0x00, 0x5b])),
  'a live socket says what is no JSON': (device) => void device.write(frame('portal')),
  'a live socket says what nobody asked': (device) => void device.write(frame('[1,"r99",200,{}]')),
  'a live socket says noise': (device) => void device.write(Buffer.from('\xff\x13\x37noise'.repeat(50), 'latin1')),
  'a live socket announces a frame without end': (device) =>
    void device.write(Buffer.from([0x81, 0x7f, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff])),
  'the hub hears noise on a live socket': (device, hub) => {
    hub.write(Buffer.from('\xff\x13\x37noise'.repeat(50), 'latin1'))
    hub.pipe(device)
  },
}

/** Nothing passes any more, and nobody is told. */
const freeze: SocketLie = (device, hub) => {
  device.resume()
  hub.resume()
}

export interface NamedLie {
  readonly name: string
  readonly lie:
    { readonly type: 'http'; readonly tell: HttpLie; readonly times: number } | { readonly type: 'socket'; readonly tell: SocketLie }
}

const TIMES = 3

export const LIES: readonly NamedLie[] = [
  // These take as long as a device waits for an answer, so they begin first.
  { name: 'an answer trickles', lie: { type: 'http', tell: trickle, times: 1 } },
  { name: 'a live socket freezes', lie: { type: 'socket', tell: freeze } },
  ...Object.entries(HTTP).map(([name, tell]) => ({ name, lie: { type: 'http', tell, times: TIMES } as const })),
  ...Object.entries(SOCKET).map(([name, tell]) => ({ name, lie: { type: 'socket', tell } as const })),
]
