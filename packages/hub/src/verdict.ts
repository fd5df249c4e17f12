/** A verdict as the device gets it: the stored row, with the receipt made anew (the same row gives the same receipt). */
import { nameOf, type ReceiptSubject, type Verdict } from '@tombolo/core'
import type { Receipts } from './ingest/context.ts'
import type { VerdictRow } from './storage.ts'

export function verdictOf(received: ReceiptSubject, row: VerdictRow, receipts: Receipts): Verdict {
  const { outcome, attempt } = row
  const head = { name: nameOf(row.intent, row.contentHash), contentHash: row.contentHash, attempt }
  if (outcome.type === 'applied') return { ...head, type: 'applied', version: outcome.version, receipt: receipts.sign(received, outcome) }
  const { code, message, field } = outcome
  return { ...head, type: 'rejected', code, message, ...(field === undefined ? {} : { field }) }
}
