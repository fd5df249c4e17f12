/** Makes the verdict for a device from the stored row. The receipt is signed again; the same row gives the same receipt. */
import { nameOf, type ReceiptSubject, type Verdict } from '@tombolo/core'
import type { Receipts } from './ingest/context.ts'
import type { VerdictRow } from './storage.ts'

export function verdictOf(received: ReceiptSubject, { intent, contentHash, attempt, outcome }: VerdictRow, receipts: Receipts): Verdict {
  const name = nameOf(intent, contentHash)
  if (outcome.type === 'applied') {
    return { name, contentHash, attempt, type: 'applied', version: outcome.version, receipt: receipts.sign(received, outcome) }
  }
  const { code, message, field } = outcome
  const rejected = { name, contentHash, attempt, type: 'rejected', code, message } as const
  return field === undefined ? rejected : { ...rejected, field }
}
