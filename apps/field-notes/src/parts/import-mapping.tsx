/** Which column becomes what, and what that makes of the rows: new notes, and corrections of notes that are here. Then the import itself. */
import { useSpaces, useStore } from '@tombolo/react'
import type { SpaceId } from '@tombolo/core'
import { useEffect, useMemo, useState } from 'react'
import { type KnownIds, NO_IDS, type Sorted, sortRows } from '../import/candidates.ts'
import { COLUMNS, guessMapping, type Mapping, type SheetColumn } from '../import/columns.ts'
import { knownIds } from '../import/known-ids.ts'
import type { OpenSheet } from '../import/open-sheet.ts'
import { type ImportOutcome, type Into, runImport } from '../import/run-import.ts'
import type { Sheet } from '../import/sheet.ts'
import { useFilter } from '../navigation.ts'
import { isJobRunning, runJob } from '../notes/job.ts'
import type { DayOrder } from '../notes/partial-date.ts'
import { byName, nameOf } from '../notes/projects.ts'
import type { app } from '../schema.ts'
import { counted } from '../words.ts'
import { Button } from './button.tsx'
import { ImportPreview } from './import-preview.tsx'
import { attempt } from './notice.tsx'

interface ImportMappingProps {
  readonly open: OpenSheet
  readonly onDone: (outcome: ImportOutcome) => void
  readonly onCancel: () => void
}

/** Beside the ids of projects. */
const NEW_PROJECT = 'new'
const AS_NAMED = 'as named'

export function ImportMapping({ open: { file, sheet }, onDone, onCancel }: ImportMappingProps) {
  const store = useStore<typeof app>()
  const filter = useFilter()
  const [mapping, setMapping] = useState<Mapping>(() => guessMapping(sheet.headings))
  const [dayOrder, setDayOrder] = useState<DayOrder>('unknown')
  const [into, setInto] = useState<string>(filter.project ?? (mapping.project === undefined ? NEW_PROJECT : AS_NAMED))
  const [isRunning, setRunning] = useState(false)
  const known = useKnownIds(sheet, mapping)
  const sorted = useMemo(() => (known === null ? null : sortRows(sheet, { mapping, dayOrder }, known)), [sheet, mapping, dayOrder, known])
  const choose = (next: Mapping): void => {
    setMapping(next)
    if (next.project === undefined && into === AS_NAMED) setInto(NEW_PROJECT)
  }
  const run = (wanted: Sorted): void =>
    attempt(async () => {
      setRunning(true)
      const label = `Import ${file}`
      const total = wanted.candidates.length + wanted.corrected.length
      const outcome = await runJob(label, total, (control) =>
        runImport({ ...control, store, sorted: wanted, into: intoOf(into, file), label }),
      ).finally(() => setRunning(false))
      onDone(outcome)
    })
  return (
    <>
      <h3>{file}</h3>
      <p class="hint">{counted(sheet.rows.length, 'row')}. Say what each column is; what is left out stays in the file.</p>
      <Columns headings={sheet.headings} example={sheet.rows[0]?.cells ?? []} mapping={mapping} onChange={choose} />
      <DayOrderChoice mapping={mapping} order={dayOrder} onChange={setDayOrder} />
      {sorted === null || sorted.candidates.length > 0 ? (
        <ProjectChoice file={file} mapping={mapping} into={into} onChange={setInto} />
      ) : null}
      {sorted === null ? <p class="hint">Looking for the notes of this file …</p> : <ImportPreview sorted={sorted} />}
      <div class="row-of-buttons">
        <Button
          look="primary"
          icon="import"
          disabled={isRunning || isJobRunning() || sorted === null || sorted.candidates.length + sorted.corrected.length === 0}
          onClick={() => sorted !== null && run(sorted)}
        >
          {isRunning ? 'Importing …' : sorted === null ? 'Import' : doingOf(sorted)}
        </Button>
        <Button look="plain" disabled={isRunning} onClick={onCancel}>
          Another file
        </Button>
      </div>
    </>
  )
}

/** What the button will do: 'Import 3 notes', 'Change 20 notes', or both. */
function doingOf({ candidates, corrected }: Sorted): string {
  if (corrected.length === 0) return `Import ${counted(candidates.length, 'note')}`
  const change = `hange ${counted(corrected.length, 'note')}`
  return candidates.length === 0 ? `C${change}` : `Import ${counted(candidates.length, 'note')} and c${change}`
}

function intoOf(into: string, file: string): Into {
  if (into === AS_NAMED) return { asNamed: true, otherwise: projectNameOf(file) }
  return into === NEW_PROJECT ? { newProject: projectNameOf(file) } : { project: into as SpaceId }
}

/** Null while they are looked for. */
function useKnownIds(sheet: Sheet, { id: column }: Mapping): KnownIds | null {
  const store = useStore<typeof app>()
  const [found, setFound] = useState<{ readonly column: number; readonly known: KnownIds } | null>(null)
  useEffect(() => {
    if (column === undefined) return
    let isWanted = true
    attempt(async () => {
      const known = await knownIds(store, sheet, { id: column })
      if (isWanted) setFound({ column, known })
    })
    return () => void (isWanted = false)
  }, [store, sheet, column])
  if (column === undefined) return NO_IDS
  return found?.column === column ? found.known : null
}

const projectNameOf = (file: string): string => file.replace(/\.[^.]+$/, '') || 'Import'

interface ColumnsProps {
  readonly headings: readonly string[]
  readonly example: readonly string[]
  readonly mapping: Mapping
  readonly onChange: (mapping: Mapping) => void
}

function Columns({ headings, example, mapping, onChange }: ColumnsProps) {
  return (
    <ul class="columns card" role="list">
      {columnsOf(headings).map(({ id, heading, index }) => (
        <li key={id}>
          <label class="field">
            <span>
              <bdi>{heading}</bdi>
              <small class="hint">{example[index]?.slice(0, 40)}</small>
            </span>
            <select
              value={meaningOf(mapping, index) ?? ''}
              onChange={({ currentTarget: { value } }) => onChange(assigned(mapping, index, value))}
            >
              <option value="">Leave out</option>
              {COLUMNS.map(({ name, heading: words }) => (
                <option key={name} value={name}>
                  {name === 'id' ? 'Id of the note to change' : words}
                </option>
              ))}
            </select>
          </label>
        </li>
      ))}
    </ul>
  )
}

/** Two columns may have the same heading. */
const columnsOf = (headings: readonly string[]): readonly { readonly id: string; readonly heading: string; readonly index: number }[] =>
  headings.map((heading, index) => ({ id: `${index} ${heading}`, heading, index }))

const meaningOf = (mapping: Mapping, column: number): SheetColumn | undefined => COLUMNS.find(({ name }) => mapping[name] === column)?.name

/** A column is one thing, and a thing has one column. */
function assigned(mapping: Mapping, column: number, value: string): Mapping {
  const kept = Object.fromEntries(Object.entries(mapping).filter(([target, index]) => index !== column && target !== value)) as Mapping
  return value === '' ? kept : { ...kept, [value]: column }
}

interface DayOrderProps {
  readonly mapping: Mapping
  readonly order: DayOrder
  readonly onChange: (order: DayOrder) => void
}

function DayOrderChoice({ mapping, order, onChange }: DayOrderProps) {
  if (mapping.observed === undefined) return null
  return (
    <label class="field">
      <span>Dates like 3/4/2021</span>
      <select value={order} onChange={({ currentTarget: { value } }) => onChange(value as DayOrder)}>
        <option value="unknown">Refuse: it may be either</option>
        <option value="day-first">Day first: 3 April</option>
        <option value="month-first">Month first: March 4</option>
      </select>
    </label>
  )
}

interface ProjectChoiceProps {
  readonly file: string
  readonly mapping: Mapping
  readonly into: string
  readonly onChange: (into: string) => void
}

function ProjectChoice({ file, mapping, into, onChange }: ProjectChoiceProps) {
  const spaces = useSpaces() ?? []
  return (
    <label class="field">
      <span>Into the project</span>
      <select value={into} onChange={({ currentTarget: { value } }) => onChange(value)}>
        {mapping.project === undefined ? null : <option value={AS_NAMED}>As each row says</option>}
        <option value={NEW_PROJECT}>New project “{projectNameOf(file)}”</option>
        {byName(spaces).map((space) => (
          <option key={space.id} value={space.id}>
            {nameOf(space)}
          </option>
        ))}
      </select>
    </label>
  )
}
