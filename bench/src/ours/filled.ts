/** A device with many records that the hub has confirmed, and the same notes by hand: made once, for all rows that read. */
import { cpSync } from 'node:fs'
import type { RecordId, SpaceId } from '@tombolo/core'
import { newDirectory } from '../harness/directory.ts'
import type { Settings } from '../harness/settings.ts'
import { listOf, noteOf } from '../notes.ts'
import { NoteTable } from '../raw/note-table.ts'
import { runHub, TOKEN } from './hub.ts'
import { LocalWriter } from './local-writer.ts'

export interface Filled {
  readonly count: number
  readonly oursDirectory: string
  readonly rawDirectory: string
  readonly space: SpaceId
  readonly rawIds: readonly string[]
  readonly ids: readonly RecordId[]
}

const BATCH = 500
const made = new Map<number, Promise<Filled>>()

/** As nobody has written to it yet. */
export async function filled(settings: Settings): Promise<Filled> {
  const count = (settings.quick ? 10_000 : 50_000) * settings.scale
  const filling = made.get(count) ?? fill(count)
  made.set(count, filling)
  const { oursDirectory, rawDirectory, ...rest } = await filling
  return { ...rest, oursDirectory: copied(oursDirectory), rawDirectory: copied(rawDirectory) }
}

function copied(directory: string): string {
  const copy = newDirectory()
  cpSync(directory, copy, { recursive: true })
  return copy
}

async function fill(count: number): Promise<Filled> {
  const [oursDirectory, rawDirectory] = [newDirectory(), newDirectory()]
  const raw = new NoteTable(rawDirectory)
  const hub = await runHub(newDirectory())
  const ours = await LocalWriter.open({ directory: oursDirectory, hub: hub.url, token: () => TOKEN })
  const rawIds: string[] = []
  for (let start = 0; start < count; start += BATCH) {
    const batch = listOf(noteOf, start, BATCH)
    rawIds.push(...raw.addAll(batch))
    await ours.addNotes(batch)
  }
  const { outcome, waiting } = await ours.store.syncOnce({ deadline: Date.now() + 600_000 })
  if (outcome !== 'complete' || waiting > 0) throw new Error(`the device of the bench does not sync: ${outcome}, ${waiting} waiting`)
  const ids = (await ours.store.db.notes.all()).map(({ id }) => id)
  raw.database.close()
  await ours.store.close()
  await hub.close()
  return { count, oursDirectory, rawDirectory, space: ours.space, rawIds, ids }
}
