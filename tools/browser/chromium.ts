// Finds a Chromium and starts it for the browser tests. A machine without one fails loudly: a browser test that
// skips itself protects nobody.
import { existsSync } from 'node:fs'
import { chromium, type BrowserContext, type BrowserContextOptions } from 'playwright-core'

// No sandbox, because tests run as root in containers; the rest stops Chromium from calling home while tests run.
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface LaunchOptions {
  /** A profile that outlives the context: storage is found again on the next launch. Without it, a fresh one. */
  readonly userDataDir?: string
  readonly context?: BrowserContextOptions
}

/** The path of an installed Chromium. Throws with instructions when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env, exists: (path: string) => boolean = existsSync): string {
  const wished = env['CHROMIUM_PATH']
  if (wished !== undefined) {
    if (exists(wished)) return wished
    throw new Error(`CHROMIUM_PATH is ${wished}, but no file is there.`)
  }
  const found = ['/usr/bin/chromium', chromium.executablePath()].find((path) => exists(path))
  if (found !== undefined) return found
  throw new Error(
    'Browser tests need Chromium and none was found. Install it with `apt-get install chromium`, or with ' +
      '`npx playwright-core install chromium`, or set CHROMIUM_PATH to the executable of one that you have.',
  )
}

/** A browser context. Closing it ends its browser, so no process outlives the test that opened it. */
export async function launch({ userDataDir, context = {} }: LaunchOptions = {}): Promise<BrowserContext> {
  const start = { executablePath: findChromium(), args: CHROMIUM_FLAGS, headless: true }
  // An empty directory name makes Playwright use a temporary profile and remove it afterwards.
  return await chromium.launchPersistentContext(userDataDir ?? '', { ...start, ...context })
}
