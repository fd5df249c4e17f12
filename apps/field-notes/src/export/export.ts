/** Exports what a filter lets through, as one file that the browser saves. */
import type { NotesQuery } from '../store.ts'
import { csvHead, csvOf, type ProjectNames } from './csv.ts'
import { GEOJSON_END, GEOJSON_HEAD, geoJsonOf } from './geojson.ts'
import { pieces } from './rows.ts'

export type Format = 'csv' | 'geojson'

export interface ExportOptions {
  readonly query: NotesQuery
  readonly format: Format
  readonly projectOf: ProjectNames
  readonly onProgress?: (done: number) => void
}

export async function exportNotes({ query, format, projectOf, onProgress }: ExportOptions): Promise<Blob> {
  const parts: string[] = [format === 'csv' ? csvHead() : GEOJSON_HEAD]
  let done = 0
  for await (const notes of pieces(query)) {
    if (format === 'csv') parts.push(csvOf(notes, projectOf))
    else parts.push(done > 0 ? ',\n' : '', geoJsonOf(notes, projectOf))
    done += notes.length
    onProgress?.(done)
  }
  if (format === 'geojson') parts.push(GEOJSON_END)
  return new Blob(parts, { type: format === 'csv' ? 'text/csv' : 'application/geo+json' })
}

/** A name that says what is in it, and that every file system takes. */
export function fileNameOf(title: string, day: string, format: Format): string {
  const plain = title.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '')
  return `${plain || 'notes'}-${day}.${format}`
}
