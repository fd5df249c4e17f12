/** The rows of `_change`: which part of a change each column holds, in the order of the statements. */
import type { ChainHash, Intent, Name, Receipt, Refused, SpaceId, Stamp } from '@tombolo/core'
import type { SqlRow, SqlValue } from '../storage/port.ts'
import type { OwnChange } from './own-change.ts'
import { storedJson } from './stored-json.ts'

/** The columns written when a change is saved. */
const SAVED = ['seq', 'space', 'intent', 'stamp', 'form', 'label', 'bytes', 'saved_at', 'asked']
/** The columns that may change later. */
const DECIDED = [
  'status',
  'name',
  'content_hash',
  'n',
  'previous',
  'attempt',
  'offered',
  'faults',
  'park',
  'version',
  'next_version',
  'receipt',
  'refused',
]

export const COLUMNS: string = [...SAVED, ...DECIDED].join(', ')
const PLACEHOLDERS = [...SAVED, ...DECIDED].map(() => '?').join(', ')

export const INSERT: string = `INSERT INTO _change (${COLUMNS}, covered, content) VALUES (${PLACEHOLDERS}, 0, ?)`

/** A change that is in no list of its space, so that it would never be sent. */
export const UNSOUND = `SELECT seq FROM _change
  WHERE status NOT IN ('unsealed', 'queued', 'failed', 'applied') OR space NOT IN (SELECT id FROM _space) LIMIT 1`

/** Updates the columns that may change after a change was saved. */
export const UPDATE: string = `UPDATE _change SET ${DECIDED.map((column) => `${column} = ?`).join(', ')}, covered = 0 WHERE seq = ?`

/** Updates the columns that sealing and linking into the chain set. */
export const LINK = 'UPDATE _change SET status = ?, name = ?, content_hash = ?, n = ?, previous = ? WHERE seq = ?'

/** Marks a slice of a chain as offered. Rows of other changes may lie between its rows. */
export const OFFER = 'UPDATE _change SET offered = 1 WHERE seq BETWEEN ? AND ? AND space = ? AND n BETWEEN ? AND ?'

/** Marks a change as applied and contained in the confirmed records. Its row may not say yet that it was sealed (chain.ts). */
export const RETIRE: string = `UPDATE _change SET status = 'applied', name = ?, content_hash = ?, attempt = ?, park = 0, version = ?, next_version = ?, receipt = ?, refused = NULL, covered = 1
  WHERE seq = ?`

export const retirementOf = ({ name, contentHash, attempt, version, nextVersion, receipt, seq }: OwnChange): SqlValue[] => [
  name,
  contentHash,
  attempt,
  version,
  nextVersion,
  receipt === null ? null : JSON.stringify(receipt),
  seq,
]

export const insertOf = (change: OwnChange): SqlValue[] => [
  change.seq,
  change.space,
  change.intent,
  change.stamp,
  change.form,
  change.label,
  change.bytes,
  change.savedAt,
  change.asked,
  ...decided(change),
]

export const updateOf = (change: OwnChange): SqlValue[] => [...decided(change), change.seq]

const decided = (change: OwnChange): SqlValue[] => [
  change.status,
  change.name,
  change.contentHash,
  change.n,
  change.previous,
  change.attempt,
  change.offered ? 1 : 0,
  change.faults,
  change.park ? 1 : 0,
  change.version,
  change.nextVersion,
  change.receipt === null ? null : JSON.stringify(change.receipt),
  change.refused === null ? null : JSON.stringify(change.refused),
]

export function changeOf(row: SqlRow): OwnChange {
  return {
    seq: Number(row['seq']),
    space: row['space'] as SpaceId,
    intent: row['intent'] as Intent,
    status: row['status'] as OwnChange['status'],
    name: row['name'] as Name | null,
    contentHash: row['content_hash'] as OwnChange['contentHash'],
    n: row['n'] as number | null,
    previous: row['previous'] as ChainHash | null,
    attempt: Number(row['attempt']),
    offered: row['offered'] === 1,
    faults: Number(row['faults']),
    park: row['park'] === 1,
    version: row['version'] as number | null,
    nextVersion: row['next_version'] as number | null,
    receipt: row['receipt'] === null ? null : (storedJson(String(row['receipt'])) as Receipt),
    refused: row['refused'] === null ? null : (storedJson(String(row['refused'])) as Refused),
    stamp: row['stamp'] as Stamp,
    form: row['form'] as string | null,
    label: row['label'] as string | null,
    bytes: Number(row['bytes']),
    savedAt: Number(row['saved_at']),
    asked: row['asked'] as string | null,
  }
}
