/** A browser's profile whose store holds so many notes, all of them the hub's; made once for all rows. */
import { cpSync } from 'node:fs'
import { newDirectory } from '../src/harness/directory.ts'
import { listOf, noteOf } from '../src/notes.ts'
import { type RunningHub, runHub, TOKEN } from '../src/ours/hub.ts'
import { LocalWriter } from '../src/ours/local-writer.ts'
import { Browser } from './browser.ts'

export interface FilledProfile {
  readonly origin: string
  readonly profile: string
}

const BATCH = 500
const SYNC_MS = 900_000
const made = new Map<number, Promise<FilledProfile>>()
const hubs: RunningHub[] = []

/** As nobody has written to it yet. `pages`: the built lab. */
export async function filledProfile(pages: string, count: number): Promise<FilledProfile> {
  const known = made.get(count) ?? fill(pages, count)
  made.set(count, known)
  const { origin, profile } = await known
  const copy = newDirectory()
  cpSync(profile, copy, { recursive: true })
  return { origin, profile: copy }
}

export async function closeHubs(): Promise<void> {
  for (const hub of hubs.splice(0)) await hub.close()
}

async function fill(pages: string, count: number): Promise<FilledProfile> {
  const hub = await runHub(newDirectory(), pages)
  hubs.push(hub)
  const device = await LocalWriter.open({ hub: hub.url, token: () => TOKEN })
  for (let start = 0; start < count; start += BATCH) await device.addNotes(listOf(noteOf, start, BATCH))
  const { outcome, waiting } = await device.store.syncOnce({ deadline: Date.now() + SYNC_MS })
  if (outcome !== 'complete' || waiting > 0) throw new Error(`the device of the bench does not sync: ${outcome}, ${waiting} waiting`)
  await device.store.close()
  return await received({ origin: new URL(hub.url).origin, profile: newDirectory() }, count)
}

async function received(filled: FilledProfile, count: number): Promise<FilledProfile> {
  const browser = await Browser.start(filled.profile)
  const page = await browser.open(filled.origin)
  await page.evaluate((token) => window.lab.openOurs(token), TOKEN)
  await page.evaluate((wanted) => window.lab.received(wanted), count)
  await page.evaluate(() => window.lab.close())
  await browser.stop()
  return filled
}
