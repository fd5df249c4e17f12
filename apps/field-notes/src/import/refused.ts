/** The refused rows as a sheet of their own: what they were, and why. Corrected, it can be imported as it is. */
import papaparse from 'papaparse'
import type { Refusal } from './candidates.ts'

export function refusedCsv(headings: readonly string[], refusals: readonly Refusal[]): string {
  const data = refusals.map(({ row, reasons }) => [row.number, reasons.join('; '), ...row.cells])
  const csv = papaparse.unparse({ fields: ['Row', 'Reason', ...headings], data }, { escapeFormulae: true })
  // Spreadsheets take a file without this mark for one of an older encoding.
  return `\uFEFF${csv}\r\n`
}
