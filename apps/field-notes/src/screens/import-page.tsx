/** Brings a sheet of comma-separated values in: chosen, looked at, and then written, row by row, with what was refused given back. */
import { useState } from 'react'
import { ImportDone } from '../parts/import-done.tsx'
import { ImportMapping } from '../parts/import-mapping.tsx'
import { attempt, say } from '../parts/notice.tsx'
import { readSheet, SHEET_BYTES_MAX, textOf } from '../import/sheet.ts'
import type { OpenSheet } from '../import/open-sheet.ts'
import type { ImportOutcome } from '../import/run-import.ts'

type Step =
  | { readonly at: 'choose' }
  | { readonly at: 'map'; readonly open: OpenSheet }
  | { readonly at: 'done'; readonly open: OpenSheet; readonly outcome: ImportOutcome }

export function ImportPage() {
  const [step, setStep] = useState<Step>({ at: 'choose' })
  return (
    <div class="page">
      <h2>Import</h2>
      {step.at === 'choose' ? <ChooseFile onOpen={(open) => setStep({ at: 'map', open })} /> : null}
      {step.at === 'map' ? (
        <ImportMapping
          open={step.open}
          onDone={(outcome) => setStep({ at: 'done', open: step.open, outcome })}
          onCancel={() => setStep({ at: 'choose' })}
        />
      ) : null}
      {step.at === 'done' ? <ImportDone open={step.open} outcome={step.outcome} onAgain={() => setStep({ at: 'choose' })} /> : null}
    </div>
  )
}

function ChooseFile({ onOpen }: { readonly onOpen: (open: OpenSheet) => void }) {
  const [isReading, setReading] = useState(false)
  const open = (file: File): void =>
    attempt(async () => {
      if (file.size > SHEET_BYTES_MAX)
        return say({ text: 'This file is larger than 50 MB. Split it, and import the pieces.', isError: true })
      setReading(true)
      const sheet = await textOf(file)
        .then(readSheet)
        .finally(() => setReading(false))
      if (sheet.rows.length === 0) return say({ text: `“${file.name}” has no rows below its headings.`, isError: true })
      onOpen({ file: file.name, sheet })
    })
  return (
    <div class="card">
      <p>Choose a CSV file. You will see what becomes of it before anything is written.</p>
      <label class="file">
        <span class="button primary">{isReading ? 'Reading …' : 'Choose a CSV file'}</span>
        <input
          class="visually-hidden"
          type="file"
          accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
          onChange={({ currentTarget: { files } }) => files?.[0] !== undefined && open(files[0])}
        />
      </label>
      <p class="hint">The first row names the columns. Commas, semicolons and tabs are understood.</p>
    </div>
  )
}
