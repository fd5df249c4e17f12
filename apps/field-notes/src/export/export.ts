/** Notes as one file that the browser saves. */
import type { Note } from '../notes/note.ts'
import { csvHead, csvOf, type ProjectNames } from './csv.ts'
import { GEOJSON_END, GEOJSON_HEAD, geoJsonOf } from './geojson.ts'

export type Format = 'csv' | 'geojson'

export interface ExportOptions {
  /** In pieces, so that only some of them are in memory at once. */
  readonly notes: AsyncIterable<readonly Note[]>
  readonly format: Format
  readonly projectOf: ProjectNames
  readonly onProgress?: (done: number) => void
}

export async function exportNotes({ notes: all, format, projectOf, onProgress }: ExportOptions): Promise<Blob> {
  const parts: string[] = [format === 'csv' ? csvHead() : GEOJSON_HEAD]
  let done = 0
  for await (const notes of all) {
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
