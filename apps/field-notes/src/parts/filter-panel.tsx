/** Narrows the list by what the person knows of a note; each choice acts at once. */
import { useStore } from '@tombolo/react'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'react'
import { show } from '../navigation.ts'
import { type Filter, type Gap, NO_FILTER, PLACES, QUALITIES, SORTS, STATES } from '../notes/filter.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { STATE_WORDS } from './state-mark.tsx'

const QUALITY_WORDS = { good: 'Good', poor: 'Poor', none: 'Not judged' } as const
const PLACE_WORDS = { with: 'With a place', without: 'No place' } as const
const SORT_WORDS = { newest: 'Newest first', observed: 'Observed, latest first', title: 'Title, A to Z' } as const

export function FilterPanel({ filter }: { readonly filter: Filter }) {
  const change = (part: Partial<Filter>): void => show({ ...filter, ...part })
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
      <TagChoice filter={filter} onChoose={(tag) => change({ tag })} />
      <fieldset class="checks">
        <legend>Not written down</legend>
        <GapCheck gap="day" filter={filter}>
          No day
        </GapCheck>
        <GapCheck gap="openings" filter={filter}>
          No openings
        </GapCheck>
      </fieldset>
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

/** Tags are offered from the newest notes: there is no list of all of them to keep. */
function TagChoice({ filter, onChoose }: { readonly filter: Filter; readonly onChoose: (tag: string | null) => void }) {
  const tags = useRecentTags(filter)
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

const TAGGED_NOTES_MAX = 1000

function useRecentTags({ project }: Filter): readonly string[] {
  const store = useStore<typeof app>()
  const [tags, setTags] = useState<readonly string[]>([])
  useEffect(() => {
    let isWanted = true
    const all = project === null ? store.db.notes : store.db.notes.in(project)
    const recent = all.orderBy('id', 'desc').limit(TAGGED_NOTES_MAX)
    void recent.all().then((notes) => isWanted && setTags([...new Set(notes.flatMap((note) => note.tags))].toSorted()))
    return () => void (isWanted = false)
  }, [store, project])
  return tags
}
