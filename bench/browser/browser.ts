/** A Chromium with a profile of its own on disk, whose CPU counts like ours. */
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { launch } from '../../tools/browser/chromium.ts'

export class Browser {
  readonly context: BrowserContext
  readonly #session: CDPSession

  private constructor(context: BrowserContext, session: CDPSession) {
    this.context = context
    this.#session = session
  }

  static async start(profile: string): Promise<Browser> {
    const context = await launch({ userDataDir: profile })
    const session = await context.browser()?.newBrowserCDPSession()
    if (session === undefined) throw new Error('Chromium tells nothing of its processes')
    return new Browser(context, session)
  }

  async open(origin: string): Promise<Page> {
    const page = await this.context.newPage()
    page.on('pageerror', (error) => console.error(error))
    await page.goto(origin)
    return page
  }

  /** Microseconds of all its processes while `work` runs, those of pages and the one that has the files. */
  async cpuOf(work: () => Promise<unknown>): Promise<number> {
    const before = await this.#cpuMicros()
    await work()
    return (await this.#cpuMicros()) - before
  }

  async stop(): Promise<void> {
    await this.context.close()
  }

  async #cpuMicros(): Promise<number> {
    const { processInfo } = await this.#session.send('SystemInfo.getProcessInfo')
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1e6, 0)
  }
}
