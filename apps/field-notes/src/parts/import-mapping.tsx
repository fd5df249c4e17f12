/** Which column becomes what, and what that makes of the first rows; then the import itself. */
import { useSpaces, useStore } from '@tombolo/react'
import type { SpaceId } from '@tombolo/core'
import { useMemo, useState } from 'react'
import { sortRows } from '../import/candidates.ts'
import { guessMapping, type Mapping, type Target, TARGET_NAMES, TARGETS } from '../import/columns.ts'
import { type ImportOutcome, writeNotes } from '../import/write-notes.ts'
import { useFilter } from '../navigation.ts'
import { isJobRunning, runJob } from '../notes/job.ts'
import type { DayOrder } from '../notes/partial-date.ts'
import { byName, nameOf, projectFor } from '../notes/projects.ts'
import type { app } from '../schema.ts'
import type { OpenSheet } from '../import/open-sheet.ts'
import { Button } from './button.tsx'
import { ImportPreview } from './import-preview.tsx'
import { attempt } from './notice.tsx'

interface ImportMappingProps {
  readonly open: OpenSheet
  readonly onDone: (outcome: ImportOutcome) => void
  readonly onCancel: () => void
}

const number = new Intl.NumberFormat()
const NEW_PROJECT = 'new'

export function ImportMapping({ open: { file, sheet }, onDone, onCancel }: ImportMappingProps) {
  const store = useStore<typeof app>()
  const filter = useFilter()
  const [mapping, setMapping] = useState<Mapping>(() => guessMapping(sheet.headings))
  const [dayOrder, setDayOrder] = useState<DayOrder>('unknown')
  const [into, setInto] = useState<string>(filter.project ?? NEW_PROJECT)
  const [isRunning, setRunning] = useState(false)
  const sorted = useMemo(() => sortRows(sheet, mapping, dayOrder), [sheet, mapping, dayOrder])
  const run = (): void =>
    attempt(async () => {
      setRunning(true)
      const project = into === NEW_PROJECT ? (await store.createSpace(projectNameOf(file))).id : await projectFor(store, into as SpaceId)
      const label = `Import ${file}`
      const outcome = await runJob(label, sorted.candidates.length, ({ signal, progress }) =>
        writeNotes({ store, project, candidates: sorted.candidates, label, signal, onProgress: progress }),
      ).finally(() => setRunning(false))
      onDone({ ...outcome, refusals: [...sorted.refusals, ...outcome.refusals] })
    })
  return (
    <>
      <h3>{file}</h3>
      <p class="hint">{number.format(sheet.rows.length)} rows. Say what each column is; what is left out stays in the file.</p>
      <Columns headings={sheet.headings} example={sheet.rows[0]?.cells ?? []} mapping={mapping} onChange={setMapping} />
      <DayOrderChoice mapping={mapping} order={dayOrder} onChange={setDayOrder} />
      <ProjectChoice file={file} into={into} onChange={setInto} />
      <ImportPreview sorted={sorted} />
      <div class="row-of-buttons">
        <Button look="primary" icon="import" disabled={isRunning || isJobRunning() || sorted.candidates.length === 0} onClick={run}>
          {isRunning
            ? 'Importing …'
            : `Import ${number.format(sorted.candidates.length)} ${sorted.candidates.length === 1 ? 'note' : 'notes'}`}
        </Button>
        <Button look="plain" disabled={isRunning} onClick={onCancel}>
          Another file
        </Button>
      </div>
    </>
  )
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
              value={targetOf(mapping, index) ?? ''}
              onChange={({ currentTarget: { value } }) => onChange(assigned(mapping, index, value))}
            >
              <option value="">Leave out</option>
              {TARGETS.map((target) => (
                <option key={target} value={target}>
                  {TARGET_NAMES[target]}
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

const targetOf = (mapping: Mapping, column: number): Target | undefined => TARGETS.find((target) => mapping[target] === column)

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

function ProjectChoice({
  file,
  into,
  onChange,
}: {
  readonly file: string
  readonly into: string
  readonly onChange: (into: string) => void
}) {
  const spaces = useSpaces() ?? []
  return (
    <label class="field">
      <span>Into the project</span>
      <select value={into} onChange={({ currentTarget: { value } }) => onChange(value)}>
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
