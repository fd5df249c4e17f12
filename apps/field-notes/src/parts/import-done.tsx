/** What came of an import: nothing is dropped without a word. */
import { wordsOf } from './notice.tsx'
import { download } from '../export/download.ts'
import { refusedCsv } from '../import/refused.ts'
import type { ImportOutcome } from '../import/run-import.ts'
import { go } from '../navigation.ts'
import type { OpenSheet } from '../import/open-sheet.ts'
import { counted, figure } from '../words.ts'
import { Button } from './button.tsx'

const SHOWN_MAX = 50

interface ImportDoneProps {
  readonly open: OpenSheet
  readonly outcome: ImportOutcome
  readonly onAgain: () => void
}

export function ImportDone({ open: { file, sheet }, outcome, onAgain }: ImportDoneProps) {
  const { added, corrected, known, unchanged, refusals, stopped } = outcome
  const save = (): void => download(new Blob([refusedCsv(sheet.headings, refusals)], { type: 'text/csv' }), `refused-${file}`)
  return (
    <section class="card" aria-label="Result">
      <h3>
        {corrected > 0 && added === 0 ? '' : `${counted(added, 'note was', 'notes were')} imported`}
        {corrected > 0 && added > 0 ? ', ' : ''}
        {corrected > 0 ? `${counted(corrected, 'note was', 'notes were')} changed` : ''}
      </h3>
      {known === 0 ? null : <p>{figure(known)} were in the project already, and were left as they are.</p>}
      {unchanged === 0 ? null : <p>{counted(unchanged, 'row says', 'rows say')} what the note says already.</p>}
      {stopped === null ? null : (
        <p>{stopped === 'by-person' ? 'You stopped it. Import the file again to go on where it stopped.' : wordsOf(stopped)}</p>
      )}
      {refusals.length === 0 ? null : (
        <>
          <h4>{counted(refusals.length, 'row was', 'rows were')} refused</h4>
          <ul class="refusals">
            {refusals.slice(0, SHOWN_MAX).map(({ row, reasons }) => (
              <li key={row.number}>
                Row {row.number}: {reasons.join('; ')}
              </li>
            ))}
          </ul>
          {refusals.length > SHOWN_MAX ? <p class="hint">And {figure(refusals.length - SHOWN_MAX)} more, in the file.</p> : null}
          <Button icon="export" onClick={save}>
            Download refused rows
          </Button>
        </>
      )}
      <div class="row-of-buttons">
        <Button look="primary" onClick={() => go({ screen: 'list' })}>
          Show the notes
        </Button>
        <Button look="plain" onClick={onAgain}>
          Import another file
        </Button>
      </div>
    </section>
  )
}
