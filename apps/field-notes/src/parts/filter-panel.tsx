/** Narrows the list by what the person knows of a note; each choice acts at once. */
import { useSpaces, useStore } from '@tombolo/react'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'react'
import { show } from '../navigation.ts'
import { type Filter, filtered, type Gap, NO_FILTER, PLACES, QUALITIES, SORTS, STATES } from '../notes/filter.ts'
import type { app } from '../schema.ts'
import { ANT_PROJECT } from '../sample/ants.ts'
import { Button } from './button.tsx'
import { FilterDates } from './filter-dates.tsx'
import { STATE_WORDS } from './state-mark.tsx'

const QUALITY_WORDS = { good: 'Good', poor: 'Poor', none: 'Not judged' } as const
const PLACE_WORDS = { with: 'With a place', without: 'No place' } as const
const SORT_WORDS = { newest: 'Newest first', observed: 'Observed, latest first', title: 'Title, A to Z' } as const

export function FilterPanel({ filter }: { readonly filter: Filter }) {
  const change = (part: Partial<Filter>): void => show({ ...filter, ...part })
  const shown = useSpaces()?.filter(({ id }) => filter.project === null || id === filter.project) ?? []
  const isOfAnts = shown.some(({ name }) => name === ANT_PROJECT)
  return (
    <div class="filter-panel" id="filter-panel">
      <Choice label="Sort" value={filter.sort} values={SORTS} words={SORT_WORDS} onChoose={(sort) => change({ sort: sort ?? 'newest' })} />
      <Choice label="State" any value={filter.state} values={STATES} words={STATE_WORDS} onChoose={(state) => change({ state })} />
      <Choice
        label="Quality"
        any
        value={filter.quality}
        values={QUALITIES}
        words={QUALITY_WORDS}
        onChoose={(quality) => change({ quality })}
      />
      <Choice label="Place" any value={filter.place} values={PLACES} words={PLACE_WORDS} onChoose={(place) => change({ place })} />
      <FilterDates filter={filter} onChange={change} />
      <TagChoice filter={filter} onChoose={(tag) => change({ tag })} />
      <fieldset class="checks">
        <legend>Not written down</legend>
        <GapCheck gap="day" filter={filter}>
          No day
        </GapCheck>
        {isOfAnts || filter.without.includes('openings') ? (
          <GapCheck gap="openings" filter={filter}>
            No openings
          </GapCheck>
        ) : null}
      </fieldset>
      <label class="check deleted-check">
        <input type="checkbox" checked={filter.deleted} onChange={() => change({ deleted: !filter.deleted })} />
        Deleted notes instead
      </label>
      <Button look="plain" class="clear" onClick={() => show({ ...NO_FILTER, project: filter.project, words: filter.words })}>
        Clear filter
      </Button>
    </div>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T | null
  readonly values: readonly T[]
  readonly words: Readonly<Record<T, string>>
  /** Whether the choice can be left open. */
  readonly any?: boolean
  readonly onChoose: (value: T | null) => void
}

function Choice<T extends string>({ label, value, values, words, any = false, onChoose }: ChoiceProps<T>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value ?? ''} onChange={(event) => onChoose(values.find((one) => one === event.currentTarget.value) ?? null)}>
        {any ? <option value="">Any</option> : null}
        {values.map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </select>
    </label>
  )
}

function GapCheck({ gap, filter, children }: { readonly gap: Gap; readonly filter: Filter; readonly children: ComponentChildren }) {
  const isOn = filter.without.includes(gap)
  const without = isOn ? filter.without.filter((one) => one !== gap) : [...filter.without, gap]
  return (
    <label class="check">
      <input type="checkbox" checked={isOn} onChange={() => show({ ...filter, without })} />
      {children}
    </label>
  )
}

/** Offers every tag that there is. */
function TagChoice({ filter, onChoose }: { readonly filter: Filter; readonly onChoose: (tag: string | null) => void }) {
  const tags = useTags(filter)
  const choose = (text: string): void => onChoose(text.trim() || null)
  return (
    <label class="field">
      <span>Tag</span>
      <input
        list="known-tags"
        value={filter.tag ?? ''}
        placeholder="Any"
        autocomplete="off"
        // A tag is chosen when it is whole: half of one would find nothing.
        onInput={({ currentTarget: { value } }) => (value === '' || tags.includes(value)) && choose(value)}
        onKeyDown={({ key, currentTarget: { value } }) => key === 'Enter' && choose(value)}
        onBlur={({ currentTarget: { value } }) => choose(value)}
      />
      <datalist id="known-tags">
        {tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
    </label>
  )
}

/** Those of all notes of the project, or of all projects, as they were when the panel was opened. */
function useTags({ project, deleted }: Filter): readonly string[] {
  const store = useStore<typeof app>()
  const [tags, setTags] = useState<readonly string[]>([])
  useEffect(() => {
    let isWanted = true
    const all = filtered(store, { ...NO_FILTER, project, deleted })
    void all.elements('tags').then((found) => isWanted && setTags(found))
    return () => void (isWanted = false)
  }, [store, project, deleted])
  return tags
}
