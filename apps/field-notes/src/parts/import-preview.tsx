/** What an import would do, by its first rows: notes that are new, notes that change, and rows that are refused. */
import type { Corrected, Sorted } from '../import/candidates.ts'
import { EVERY_FIELD, factsOf, shownValue, wordsOf } from '../notes/fields.ts'
import { headingOf } from '../notes/note.ts'
import { counted, figure } from '../words.ts'

const SHOWN_MAX = 3
const CHANGES_SHOWN_MAX = 20
const VALUE_LENGTH_MAX = 120

export function ImportPreview({ sorted: { candidates, corrected, refusals, unchanged, strangers } }: { readonly sorted: Sorted }) {
  const summary = [
    corrected.length > 0 && candidates.length === 0 ? '' : counted(candidates.length, 'note'),
    corrected.length === 0 ? '' : `${counted(corrected.length, 'note')} to change`,
    unchanged === 0 ? '' : `${counted(unchanged, 'row')} the same`,
    refusals.length === 0 ? '' : `${figure(refusals.length)} refused`,
  ]
  return (
    <section class="card" aria-label="Preview">
      <h4>{summary.filter((part) => part !== '').join(', ')}</h4>
      {strangers === 0 ? null : (
        <p class="hint">{counted(strangers, 'row has', 'rows have')} an Id that no note on this device has, and will be new notes.</p>
      )}
      <ul class="preview" role="list">
        {corrected.slice(0, CHANGES_SHOWN_MAX).map((one) => (
          <Change key={one.row.number} change={one} />
        ))}
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
      {corrected.length > CHANGES_SHOWN_MAX ? (
        <p class="hint">And {counted(corrected.length - CHANGES_SHOWN_MAX, 'more change')}.</p>
      ) : null}
    </section>
  )
}

/** What was there, struck through, and what will be. */
function Change({ change: { note, correction } }: { readonly change: Corrected }) {
  return (
    <li>
      <strong>{headingOf(note)}</strong>
      {EVERY_FIELD.filter(([key]) => key in correction).map(([key]) => (
        <span key={key}>
          {wordsOf(key)}: <del>{shortened(shownValue(key, note[key])) || 'nothing'}</del> →{' '}
          <ins>{shortened(shownValue(key, correction[key])) || 'nothing'}</ins>
        </span>
      ))}
    </li>
  )
}

const shortened = (text: string): string => (text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)} …` : text)
