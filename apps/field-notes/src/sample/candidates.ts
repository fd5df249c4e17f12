/** The sample as an import: each count one note, numbered as in the original sheet. */
import papaparse from 'papaparse'
import type { Candidate } from '../import/candidates.ts'
import { type AntCount, antNote, type AntSample } from './ants.ts'

export function sampleCandidates(text: string): readonly Candidate[] {
  const sample = JSON.parse(text) as AntSample
  const { data } = papaparse.parse<AntCount>(sample.counts, { header: true, skipEmptyLines: true })
  return data.map((count, index) => ({
    row: { number: index + 2, cells: Object.values(count), fault: null },
    note: antNote(count, sample),
    project: null,
  }))
}
