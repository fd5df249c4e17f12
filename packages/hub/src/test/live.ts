/** A device's end of a live socket that is no network: frames go straight in and out. */
import {
  decodeLiveFrame,
  decodePage,
  decodePushAnswer,
  encodeLiveFrame,
  encodePullRequest,
  encodePushRequest,
  type LiveFrame,
  type Page,
  type PullRequest,
  type PushAnswer,
  type PushRequest,
} from '@tombolo/core'
import type { Line, LiveDoor } from '../live/sockets.ts'

export class LiveEnd {
  readonly frames: LiveFrame[] = []
  readonly #line: Line
  readonly #waiting: ((frame: LiveFrame) => void)[] = []
  #requests = 0
  buffered = 0
  /** Whatever is sent to it throws. */
  isBroken = false
  closedWith: number | null = null

  constructor(door: LiveDoor, account: string = 'ann') {
    this.#line = door.open(
      { account },
      {
        send: (text) => this.#receive(text),
        buffered: () => this.buffered,
        close: (code) => {
          this.closedWith = code
          this.#line.closed()
        },
      },
    )
  }

  say(frame: unknown): void {
    this.#line.receive(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)))
  }

  leave(): void {
    this.#line.closed()
  }

  async pull(request: PullRequest): Promise<Page> {
    return read(decodePage(await this.#ask('pull', encodePullRequest(request))))
  }

  async push(request: PushRequest): Promise<PushAnswer> {
    return read(decodePushAnswer(await this.#ask('push', encodePushRequest(request))))
  }

  /** What came unasked, and the answers, in the order in which they came. */
  heard(): readonly string[] {
    return this.frames.map((frame) => (frame.type === 'delta' ? 'delta' : frame.type === 'head' ? `head ${frame.head}` : frame.type))
  }

  deltas(): readonly Page[] {
    return this.frames.flatMap((frame) => (frame.type === 'delta' ? [read(decodePage(frame.page))] : []))
  }

  async #ask(path: 'push' | 'pull', body: unknown): Promise<unknown> {
    const id = `r${++this.#requests}`
    const answered = new Promise<LiveFrame>((resolve) => this.#waiting.push(resolve))
    this.say(encodeLiveFrame({ type: 'request', id, path, body }))
    const frame = await answered
    return frame.type === 'answer' ? frame.body : null
  }

  #receive(text: string): void {
    if (this.isBroken) throw new Error('this socket is broken')
    const frame = read(decodeLiveFrame(JSON.parse(text)))
    this.frames.push(frame)
    if (frame.type === 'answer') this.#waiting.shift()?.(frame)
  }
}

function read<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: object }): T {
  if (!result.ok) throw new Error(`it cannot be read: ${JSON.stringify(result.error)}`)
  return result.value
}
