/** What lies between a browser and the hub, and can be cut: a proxy on a port of its own, which is the browser's way to the app. */
import { createServer, type Server, Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** `deaf`: what the browser says arrives, and each answer is lost with its connection. */
type State = 'whole' | 'cut' | 'deaf'

export class Wire {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #state: State = 'whole'

  private constructor(server: Server, hubPort: number) {
    this.port = (server.address() as AddressInfo).port
    this.#server = server
    server.on('connection', (browser) => this.#connect(browser, hubPort))
  }

  static async lay(hubPort: number): Promise<Wire> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Wire(server, hubPort)
  }

  get origin(): string {
    return `http://localhost:${this.port}`
  }

  cut(): void {
    this.#become('cut')
  }

  loseAnswers(): void {
    this.#become('deaf')
  }

  mend(): void {
    this.#become('whole')
  }

  async remove(): Promise<void> {
    this.#drop()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #become(state: State): void {
    this.#state = state
    // A deaf wire is not noticed before an answer is awaited.
    if (state === 'cut') this.#drop()
  }

  #drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #connect(browser: Socket, hubPort: number): void {
    if (this.#state === 'cut') return void browser.destroy()
    const hub = new Socket()
    const end = (): void => void (browser.destroy(), hub.destroy())
    for (const socket of [browser, hub]) {
      this.#sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => (this.#sockets.delete(socket), end()))
    }
    hub.connect(hubPort, '127.0.0.1')
    browser.on('data', (bytes) => hub.write(bytes))
    hub.on('data', (bytes) => (this.#state === 'deaf' ? end() : browser.write(bytes)))
  }
}
