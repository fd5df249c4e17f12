/** What an import would write, by its first notes, and what it refuses, by its first rows. */
import type { Sorted } from '../import/candidates.ts'
import { headingOf, type NewNote } from '../notes/note.ts'
import { showDate } from '../notes/partial-date.ts'
import { placeWords } from '../notes/place.ts'

const SHOWN_MAX = 3
const number = new Intl.NumberFormat()

export function ImportPreview({ sorted: { candidates, refusals } }: { readonly sorted: Sorted }) {
  return (
    <section class="card" aria-label="Preview">
      <h4>
        {number.format(candidates.length)} {candidates.length === 1 ? 'note' : 'notes'}
        {refusals.length === 0 ? '' : `, ${number.format(refusals.length)} refused`}
      </h4>
      <ul class="preview" role="list">
        {candidates.slice(0, SHOWN_MAX).map(({ row, note }) => (
          <li key={row.number}>
            <strong>{headingOf({ title: note.title, body: note.body ?? '' })}</strong>
            <span>{factsOf(note)}</span>
          </li>
        ))}
        {refusals.slice(0, SHOWN_MAX).map(({ row, reasons }) => (
          <li key={row.number} class="refused">
            <strong>Row {row.number} is refused</strong>
            <span>{reasons.join('; ')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function factsOf({ body, observedAt, place, tags, quality, count, openings }: NewNote): string {
  const facts = [
    body,
    observedAt === undefined || observedAt === null ? undefined : showDate(observedAt),
    place === undefined || place === null ? undefined : placeWords({ accuracy: null, ...place }),
    tags?.join(', '),
    quality,
    count === undefined || count === null ? undefined : `count ${count}`,
    openings === undefined || openings === null ? undefined : `${openings} openings`,
  ]
  return facts.filter((fact) => fact !== undefined && fact !== null && fact !== '').join(' · ')
}
