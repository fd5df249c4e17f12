/**
 * One of the person's own changes in a download: unanswered, refused, or applied and still retained. `content` is what was sealed, as
 * canonical JSON, so that its hash and its name stay the same.
 *
 *   { order, status, label, savedAt, refused, attempt, version, nextVersion, receipt, form, content }
 */
import { canonicalJson, type Content, decodeContent, type Json } from '@tombolo/core'
import type { SqlRow } from '../../storage/port.ts'
import { changeOf } from '../change-rows.ts'
import type { KeptChange } from '../kept-change.ts'
import {
  countIn,
  countOrNullIn,
  damaged,
  jsonIn,
  type JsonObject,
  objectOf,
  receiptIn,
  refusedIn,
  textOrNullIn,
  timeIn,
  timeText,
} from './line.ts'

export interface ChangeLine {
  readonly kept: Omit<KeptChange, 'createsSpace' | 'status'>
  readonly status: 'unanswered' | 'failed' | 'applied'
  readonly content: Content
  /** As in the database of the device: the version in the confirmed records' history, and in one that was still being fetched. */
  readonly version: number | null
  readonly nextVersion: number | null
}

/** The row must be sealed. */
export function writeChangeLine(row: SqlRow): string {
  const { seq, status, label, savedAt, refused, attempt, version, nextVersion, receipt, form } = changeOf(row)
  const envelope = {
    order: seq,
    status: status === 'failed' || status === 'applied' ? status : 'unanswered',
    label,
    savedAt: timeText(savedAt),
    refused,
    attempt,
    version,
    nextVersion,
    receipt,
    form,
  }
  // The content goes in as it is on disk, byte for byte.
  return `${JSON.stringify(envelope).slice(0, -1)},"content":${String(row['content'])}}`
}

export function readChangeLine(text: string): ChangeLine {
  const line = objectOf(text)
  const sealed = canonicalJson(jsonIn(line, 'content') satisfies Json)
  const content = decodeContent(sealed)
  if (!content.ok) return damaged('the content of a change cannot be read')
  return {
    kept: {
      order: countIn(line, 'order'),
      content: sealed,
      refused: refusedIn(line),
      attempt: countIn(line, 'attempt'),
      receipt: receiptIn(line),
      form: textOrNullIn(line, 'form'),
      label: textOrNullIn(line, 'label'),
      savedAt: timeIn(line, 'savedAt'),
    },
    status: statusIn(line),
    content: content.value,
    version: countOrNullIn(line, 'version'),
    nextVersion: countOrNullIn(line, 'nextVersion'),
  }
}

function statusIn({ status, refused }: JsonObject): ChangeLine['status'] {
  if (status === 'failed' && refused === null) return damaged('a change failed for no reason')
  return status === 'unanswered' || status === 'failed' || status === 'applied' ? status : damaged('a change has no status')
}
