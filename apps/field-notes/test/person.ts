/** A person with a browser of their own: sees and does what a person sees and does. */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Wire } from './wire.ts'

/** What a note shows, in the editor. */
export interface Shown {
  readonly title: string
  readonly note: string
  readonly tags: readonly string[]
  readonly visits: string
  readonly count: string
  readonly observed: string
  readonly time: string
  readonly quality: string
}

const PATIENCE_MS = 30_000

/** Looks again, as a person would, until it is so. */
export async function until(look: () => Promise<unknown>, wanted: unknown, timeout = PATIENCE_MS): Promise<void> {
  await vi.waitFor(async () => expect(await look()).toEqual(wanted), { timeout, interval: 100 })
}

export class Person {
  readonly context: BrowserContext
  readonly wire: Wire
  page: Page

  constructor(context: BrowserContext, wire: Wire, page: Page) {
    this.context = context
    this.wire = wire
    this.page = page
    page.setDefaultTimeout(PATIENCE_MS)
  }

  /** Opens the app, and waits until it can be used. */
  async start(path = '/'): Promise<void> {
    await this.page.goto(this.wire.origin + path)
    await this.button('New note').waitFor()
  }

  /** Until the app is kept for offline use. */
  async installed(): Promise<void> {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  box(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true })
  }

  row(title: string | RegExp): Locator {
    return this.page.getByRole('link', { name: title })
  }

  async write(title: string, text = ''): Promise<void> {
    await this.button('New note').click()
    await this.box('Title').fill(title)
    if (text !== '') await this.box('Note').fill(text)
    await this.row(title).waitFor()
  }

  async open(title: string): Promise<void> {
    await this.row(title).click()
    await until(() => this.box('Title').inputValue(), title)
  }

  /** Titles and states of the rows in view: ['Heron Sent']. */
  async rows(): Promise<string[]> {
    const texts = await this.page
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('link') })
      .allInnerTexts()
    return texts.map((text) => {
      const lines = text.split('\n')
      return `${lines[0]} ${lines.at(-1)?.trim()}`
    })
  }

  /** The state of the one note of that title: 'Sent'. Null: there is none, or more than one. */
  async stateOf(title: string): Promise<string | null> {
    const rows = (await this.rows()).filter((row) => row.startsWith(`${title} `))
    return rows.length === 1 ? (rows[0]?.slice(title.length + 1) ?? null) : null
  }

  /** The chip's words, which a screen reader hears. */
  async says(): Promise<string> {
    return await this.page.getByRole('status').innerText()
  }

  async isSent(): Promise<void> {
    await until(() => this.says(), 'All sent')
  }

  async shown(): Promise<Shown> {
    const value = (name: string): Promise<string> => this.box(name).inputValue()
    const tags = await this.page.getByRole('button', { name: /^Remove tag/ }).all()
    const names = await Promise.all(tags.map((tag) => tag.getAttribute('aria-label')))
    return {
      title: await value('Title'),
      note: await value('Note'),
      tags: names.map((name) => (name ?? '').replace('Remove tag ', '')),
      visits: await this.page.getByRole('group', { name: 'Visits' }).innerText(),
      count: await value('Count'),
      observed: await value('Observed'),
      time: await value('Time'),
      quality: await this.page.getByRole('group', { name: 'Quality' }).locator(':checked + span').innerText(),
    }
  }
}
