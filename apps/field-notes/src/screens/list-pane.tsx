/** The notes: found, narrowed and read through. */
import { useCount, useStatus, useStore } from '@tombolo/react'
import { useMemo, useState } from 'react'
import { show, useFilter } from '../navigation.ts'
import { countOfConditions, type Filter, filtered, sorted } from '../notes/filter.ts'
import { select, useSelection } from '../notes/selection.ts'
import { Button } from '../parts/button.tsx'
import { later } from '../parts/later.tsx'
import { Icon } from '../parts/icon.tsx'
import { useKept } from '../parts/kept.ts'
import { NoteRows } from '../parts/note-rows.tsx'
import { NothingHere } from '../parts/nothing-here.tsx'
import type { app } from '../schema.ts'
import { counted } from '../words.ts'

const FilterPanel = later(() => import('../parts/filter-panel.tsx').then((part) => part.FilterPanel))
const SelectionBar = later(() => import('../parts/selection-bar.tsx').then((part) => part.SelectionBar))

export function ListPane() {
  const store = useStore<typeof app>()
  const filter = useFilter()
  const selection = useSelection()
  const [isOpen, setOpen] = useState(false)
  const query = useMemo(() => filtered(store, filter), [store, filter])
  const count = useKept(useCount(query))
  const isPart = (useStatus()?.loading ?? null) !== null
  const conditions = countOfConditions(filter)
  const isNarrowed = conditions > 0 || filter.words !== ''
  return (
    <section class="list-pane" aria-label="Notes">
      <search class="search-row">
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label="Search notes"
            placeholder="Search notes"
            autocomplete="off"
            value={filter.words}
            onInput={(event) => show({ ...filter, words: event.currentTarget.value })}
          />
        </label>
        <Button look="plain" icon="filter" aria-expanded={isOpen} aria-controls="filter-panel" onClick={() => setOpen(!isOpen)}>
          <span class="filter-word">Filter</span>
          {conditions === 0 ? null : <span class="badge">{conditions}</span>}
        </Button>
        <Button
          look="plain"
          icon="select"
          aria-label="Select notes"
          aria-pressed={selection !== null}
          onClick={() => select(selection === null ? [] : null)}
        />
      </search>
      {isOpen ? <FilterPanel filter={filter} /> : null}
      <p class="list-count" aria-live="polite">
        {count === undefined || (count === 0 && !isNarrowed) ? '' : countWords(count, filter, isNarrowed, isPart)}
      </p>
      {count === 0 ? <NothingHere isNarrowed={isNarrowed} /> : null}
      <NoteRows query={useMemo(() => sorted(query, filter), [query, filter])} count={count ?? 0} filter={filter} />
      {selection === null ? null : <SelectionBar selection={selection} query={query} filter={filter} />}
    </section>
  )
}

const countWords = (count: number, { deleted }: Filter, isNarrowed: boolean, isPart: boolean): string =>
  `${counted(count, deleted ? 'deleted note' : 'note')}${isNarrowed && !deleted ? ' found' : ''}${isPart ? ' so far' : ''}`
