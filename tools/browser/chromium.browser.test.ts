import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch } from './chromium.ts'

// Storage needs a real origin, so the page comes from a server and not from a data: URL.
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end('<!doctype html><button onclick="this.textContent = `clicked`">click me</button>')
})
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
})

test('a page can be opened and clicked', async () => {
  const context = await launch()
  try {
    const page = await context.newPage()
    await page.goto(origin)
    await page.getByRole('button').click()
    expect(await page.getByRole('button').textContent()).toBe('clicked')
  } finally {
    await context.close()
  }
})

test('a profile keeps its OPFS files from one launch to the next, and a fresh one has none', async () => {
  const userDataDir = await mkdtemp(join(tmpdir(), 'tombolo-browser-'))
  try {
    expect(await openAndList(userDataDir, 'kept.txt')).toEqual(['kept.txt'])
    expect(await openAndList(userDataDir)).toEqual(['kept.txt'])
    expect(await openAndList(undefined)).toEqual([])
  } finally {
    await rm(userDataDir, { recursive: true, force: true })
  }
})

async function openAndList(userDataDir: string | undefined, create?: string): Promise<string[]> {
  const context = await launch(userDataDir === undefined ? {} : { userDataDir })
  try {
    const page = await context.newPage()
    await page.goto(origin)
    return await page.evaluate(async (name) => {
      const root = await navigator.storage.getDirectory()
      if (name !== undefined) await root.getFileHandle(name, { create: true })
      const names: string[] = []
      for await (const entry of root.keys()) names.push(entry)
      return names
    }, create)
  } finally {
    await context.close()
  }
}
