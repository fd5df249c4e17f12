/** What tests of the engine share: a store in memory, with time and chance that the test owns. */
import { createHash } from 'node:crypto'
import {
  type Hash,
  mintRecordId,
  mintSpaceId,
  type RandomBytes,
  type RecordId,
  type SchemaDefinition,
  type SpaceId,
  type TextEditor,
} from '@tombolo/core'
import { yjsEditor } from '@tombolo/core/yjs'
import { HubHalf } from '../engine/hub-half.ts'
import { LocalStore } from '../engine/local-store.ts'
import { loadSeldom } from '../load-seldom.ts'
import { Repair } from '../seldom.ts'
import { memoryStorage } from '../storage/node.ts'

export const sha256: Hash = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest())

/** A small generator of bytes that is the same for the same seed. */
export function seededRandom(seed: number): RandomBytes {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) & 255
  }
  return (count) => Uint8Array.from({ length: count }, next)
}

export const loadText = async (): Promise<TextEditor> => yjsEditor(() => 7)

export interface TestDevice {
  readonly store: LocalStore
  readonly clock: { ms: number }
  readonly random: RandomBytes
  readonly newId: () => RecordId
  readonly newSpace: () => SpaceId
}

export const START_MS = 1_790_000_000_000

export async function openDevice(schema: SchemaDefinition, seed = 1): Promise<TestDevice> {
  const clock = { ms: START_MS }
  const random = seededRandom(seed)
  const database = await memoryStorage().open(`device-${seed}`)
  const store = await LocalStore.open(database, schema, { nowMs: () => clock.ms, random, hash: sha256, loadText, loadUpgrade: loadSeldom })
  store.useRepair(Repair)
  store.useHub(HubHalf)
  return { store, clock, random, newId: () => mintRecordId(clock.ms, random), newSpace: () => mintSpaceId(clock.ms, random) }
}
