/** Silent damage to what device or hub have stored, and the check that is to find it [Q5]. */
import { join } from 'node:path'
import { assert, type FieldState, fingerprintOf, type RecordId, type RecordState, type SpaceId } from '@tombolo/core'
import type { HubOptions } from '@tombolo/hub'
import { expect } from 'vitest'
import { confirmedIn } from '../../../client/src/engine/confirmed-records.ts'
import { loadAll } from '../../../client/src/load-all.ts'
import { nodeStorage } from '../../../client/src/storage/node.ts'
import type { SqlValue } from '../../../client/src/storage/port.ts'
import { temporaryDirectory } from '../../../hub/src/test/database.ts'
import { appWith } from './history-kit.ts'
import { type Device, HubWorld } from './hub-world.ts'

const MINUTE = 60 * 1000

/** A hub on a file that a test can alter behind its back, and what it logs as errors. */
export interface DamagedWorld {
  readonly world: HubWorld
  readonly alarms: unknown[]
  readonly damageHub: (sql: string, ...parameters: readonly SqlValue[]) => Promise<void>
}

export async function damagedWorld(): Promise<DamagedWorld> {
  const directory = temporaryDirectory()
  const alarms: unknown[] = []
  const log: HubOptions['log'] = { info: () => undefined, warn: () => undefined, error: (facts) => alarms.push(facts) }
  const world = await new HubWorld(appWith(), { log }).open(join(directory, 'hub.db'))
  const damageHub: DamagedWorld['damageHub'] = async (sql, ...parameters) => {
    const database = await nodeStorage({ directory }).open('hub')
    database.prepare(sql).run(...parameters)
    database.close()
  }
  return { world, alarms, damageHub }
}

/** Alters a note's confirmed state on a device, as a bug or a bad disk would; undefined: it is gone. */
export function damage({ store }: Pick<Device, 'store'>, id: RecordId, alter: (record: RecordState) => RecordState | undefined): void {
  const notes = store.state.records.collection('notes')
  const stored = store.state.records.load(notes, id)
  assert(stored?.confirmed !== undefined, 'the note is there')
  const { confirmed, ...rest } = stored
  store.state.transact(() => store.state.saveRecord({ ...rest, confirmed: alter(confirmed) }))
}

export const withField =
  (field: string, alter: (state: FieldState | undefined) => FieldState) =>
  (record: RecordState): RecordState => ({ ...record, fields: { ...record.fields, [field]: alter(record.fields[field]) } })

/** Devices that show the same, and hold the same confirmed records. */
export function expectAgreed(space: SpaceId, ...devices: readonly Device[]): void {
  const [first, ...others] = devices.map(({ store, errors }) => ({
    errors,
    shown: store.state.database.prepare('SELECT *, 0 AS "$meta", 0 AS "$edited" FROM notes ORDER BY id').all(),
    held: [...confirmedIn(store.state, space, { from: null, to: null })]
      .flat()
      .map((record) => fingerprintOf(store.state.ports.hash, record)),
  }))
  for (const other of others) expect(other).toEqual(first)
  expect(first?.errors).toEqual([])
}

/** Runs until each device has compared its records with the hub's. */
export async function check(world: HubWorld, space: SpaceId, ...devices: readonly Device[]): Promise<void> {
  // In virtual time an hour may pass before a part is there that is loaded when it is needed.
  await loadAll()
  for (const { store, runner } of devices) {
    store.hub.checks.expire(space)
    runner.start()
    await world.time.pass(30 * MINUTE)
    await runner.stop()
  }
}
