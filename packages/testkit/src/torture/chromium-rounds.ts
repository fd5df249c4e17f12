/**
 * Torture in a real Chromium, while its tabs write and sync with a real hub.
 *
 *   kills        the whole browser is killed (SIGKILL, every process) and started again on the same profile
 *   hand-overs   the leading tab is closed, or crashes, while another writes on
 */
import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { launch } from '../../../../tools/browser/chromium.ts'
import { buildSite } from '../../../../tools/browser/site.ts'
import { diceOf } from '../test/season/dice.ts'
import { Child } from './child.ts'
import { damagedIn } from './databases.ts'
import { settled } from './devices.ts'
import { freePort } from './free-port.ts'
import { type Findings, judge, together } from './judge.ts'
import { processesWith } from './process-tree.ts'
import type { Programs } from './programs.ts'

export interface ChromiumOptions {
  readonly kills: number
  readonly handOvers: number
  readonly seed: number
  /** A folder of this torture alone. */
  readonly directory: string
  readonly programs: Programs
  readonly tell: (news: string) => void
}

export interface ChromiumRounds extends Findings {
  readonly kills: number
  readonly handOvers: number
  /** Saves that somebody was told of. */
  readonly saved: number
}

/** A kill comes within this time after both tabs were seen at work. */
const MOMENT_MS = 300
const TELL_EVERY = 10

export async function chromiumRounds(options: ChromiumOptions): Promise<ChromiumRounds> {
  const { kills, handOvers, directory, programs } = options
  mkdirSync(join(directory, 'hub'))
  const site = await buildSite(new URL('./lab/', import.meta.url))
  const port = await freePort()
  const hub = new Child(programs.hub, [join(directory, 'hub'), String(port), site])
  try {
    await hub.said('ready')
    const browser = new Browser(options, `http://127.0.0.1:${port}`)
    await browser.killRounds()
    await browser.handOverRounds()
    const found = await browser.settle()
    return { kills, handOvers, saved: browser.saved.size, ...found }
  } finally {
    await hub.kill()
    await rm(site, { recursive: true })
  }
}

class Browser {
  readonly saved = new Set<string>()
  readonly #options: ChromiumOptions
  readonly #origin: string
  readonly #profile: string
  readonly #roll: () => number
  readonly #problems: string[] = []
  #tabs = 0

  constructor(options: ChromiumOptions, origin: string) {
    this.#options = options
    this.#origin = origin
    this.#profile = join(options.directory, 'profile')
    this.#roll = diceOf(options.seed).roll
  }

  async killRounds(): Promise<void> {
    const { kills, tell } = this.#options
    for (let round = 1; round <= kills; round += 1) {
      const context = await this.#launch()
      await Promise.all([this.#writingTab(context), this.#writingTab(context)])
      await new Promise((resolve) => setTimeout(resolve, this.#roll() * MOMENT_MS))
      await this.#killAll(context)
      if (round % TELL_EVERY === 0) tell(`${round} times Chromium was killed, ${this.saved.size} saves`)
    }
  }

  async handOverRounds(): Promise<void> {
    const { handOvers, tell } = this.#options
    const context = await this.#launch()
    let leader = await this.#writingTab(context)
    for (let round = 1; round <= handOvers; round += 1) {
      const other = await this.#writingTab(context)
      await new Promise((resolve) => setTimeout(resolve, this.#roll() * MOMENT_MS))
      await (round % 2 === 0 ? leader.close() : crash(context, leader))
      leader = other
      if (round % TELL_EVERY === 0) tell(`${round} hand-overs, ${this.saved.size} saves`)
    }
    await leader.evaluate(() => window.torture.halt())
    this.#problems.push(...(await leader.evaluate(() => window.torture.errors)))
    await context.close()
  }

  /** What the browser has, and what a newcomer is given by the hub. */
  async settle(): Promise<Findings> {
    const { directory, programs } = this.#options
    const context = await this.#launch()
    const page = await this.#tab(context)
    await page.evaluate((lines) => window.torture.contents(lines), this.saved.size)
    const task = { directory: join(directory, 'newcomer'), hub: `${this.#origin}/sync`, account: 'ann' }
    const contents = await settled(programs, task)
    const inBrowser = await page.evaluate((lines) => window.torture.contents(lines), contents.lines.length)
    await context.close()
    if (this.#problems.length > 0) throw new Error(`pages saw errors: ${[...new Set(this.#problems)].slice(0, 10).join('; ')}`)
    return together(judge(this.saved, [inBrowser, contents]), { lost: 0, doubled: 0, torn: damagedIn(directory) })
  }

  async #launch(): Promise<BrowserContext> {
    const context = await launch({ userDataDir: this.#profile })
    await context.exposeBinding('saved', (_, word: string) => void this.saved.add(word))
    return context
  }

  async #tab(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    page.on('pageerror', (error) => this.#problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && this.#problems.push(message.text()))
    await page.goto(this.#origin)
    return page
  }

  /** A tab that has saved something already. */
  async #writingTab(context: BrowserContext): Promise<Page> {
    const page = await this.#tab(context)
    const prefix = `tab${(this.#tabs += 1)}`
    await page.evaluate((name) => window.torture.write(name), prefix)
    await this.#hear(`<${prefix}.`)
    return page
  }

  async #hear(start: string): Promise<void> {
    while (![...this.saved].some((word) => word.startsWith(start))) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  async #killAll(context: BrowserContext): Promise<void> {
    const closed = new Promise((resolve) => context.once('close', resolve))
    for (const pid of processesWith(`--user-data-dir=${this.#profile}`)) kill(pid)
    await closed
    while (processesWith(`--user-data-dir=${this.#profile}`).length > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function crash(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // The answer dies with the page.
  session.send('Page.crash').catch(() => undefined)
  await crashed
}

/** Kills a process that may have ended already, with another of its tree. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
