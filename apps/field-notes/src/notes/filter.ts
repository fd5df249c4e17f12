/**
 * What the list shows: kept in the address, so that it survives a reload and the way back, and carried out as one query.
 *
 *   /?project=…&q=heron&tag=bird&from=2026-05&to=2026-07-15&without=day&sort=title        deleted=1: what was deleted, instead
 */
import type { RecordStatus } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import type { FieldStore, NotesQuery } from '../store.ts'
import type { Quality } from './note.ts'
import { readDate } from './partial-date.ts'

export const PLACES = ['with', 'without'] as const
export const GAPS = ['day', 'openings'] as const
export const SORTS = ['newest', 'observed', 'title'] as const
export const STATES = ['pending', 'conflicted', 'failed', 'synced'] as const satisfies readonly RecordStatus[]
export const QUALITIES = ['good', 'poor', 'none'] as const satisfies readonly (Quality | 'none')[]

export type Gap = (typeof GAPS)[number]
export type Sort = (typeof SORTS)[number]

export interface Filter {
  /** Null: all projects. */
  readonly project: SpaceId | null
  readonly words: string
  readonly tag: string | null
  readonly quality: (typeof QUALITIES)[number] | null
  readonly state: RecordStatus | null
  readonly place: (typeof PLACES)[number] | null
  /** Observed on this day, month or year, or after it. */
  readonly from: string | null
  /** … or before it, its last day included. */
  readonly to: string | null
  /** What nobody wrote down: the day it was observed, the number of openings. */
  readonly without: readonly Gap[]
  /** What was deleted, instead of what is there. */
  readonly deleted: boolean
  readonly sort: Sort
}

export const NO_FILTER: Filter = {
  project: null,
  words: '',
  tag: null,
  quality: null,
  state: null,
  place: null,
  from: null,
  to: null,
  without: [],
  deleted: false,
  sort: 'newest',
}

export function filterOf(search: URLSearchParams): Filter {
  return {
    project: search.get('project') as SpaceId | null,
    words: search.get('q') ?? '',
    tag: search.get('tag'),
    quality: oneOf(QUALITIES, search.get('quality')),
    state: oneOf(STATES, search.get('state')),
    place: oneOf(PLACES, search.get('place')),
    from: dateIn(search.get('from')),
    to: dateIn(search.get('to')),
    deleted: search.get('deleted') === '1',
    without: GAPS.filter((gap) => search.getAll('without').includes(gap)),
    sort: oneOf(SORTS, search.get('sort')) ?? 'newest',
  }
}

export function searchOf({ project, words, tag, quality, state, place, from, to, without, deleted, sort }: Filter): string {
  const others = { deleted: deleted ? '1' : null, sort: sort === 'newest' ? null : sort }
  const given = { project, q: words || null, tag, quality, state, place, from, to, ...others }
  const search = new URLSearchParams(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null))
  for (const gap of without) search.append('without', gap)
  return search.size === 0 ? '' : `?${search}`
}

const oneOf = <T extends string>(values: readonly T[], text: string | null): T | null => values.find((value) => value === text) ?? null

/** How many of the person's own conditions narrow the list, project and words aside. */
export const countOfConditions = ({ tag, quality, state, place, from, to, without, deleted }: Filter): number =>
  [tag, quality, state, place, from, to].filter((condition) => condition !== null).length + without.length + (deleted ? 1 : 0)

/** The notes that the filter lets through, unsorted. */
export function filtered({ db }: Pick<FieldStore, 'db'>, filter: Filter): NotesQuery {
  const { project, words, tag, quality, state, place, from, to, without, deleted } = filter
  let query: NotesQuery = deleted ? db.notes.deleted() : db.notes
  if (project !== null) query = query.in(project)
  if (words.trim() !== '') query = query.search(words)
  if (tag !== null) query = query.where('tags', 'contains', tag)
  if (quality !== null) query = query.where({ quality: quality === 'none' ? null : quality })
  if (state !== null) query = query.where({ $state: state })
  if (place !== null) query = query.where('place', place === 'with' ? '!=' : '=', null)
  if (from !== null) query = query.where('observedAt', '>=', from)
  if (to !== null) query = upTo(query, to)
  if (without.includes('day')) query = query.where('observedAt.precision', '!=', 'day')
  if (without.includes('openings')) query = query.where({ openings: null })
  return query
}

/**
 * Dates are text, and '1977' goes before '1977-07': of a note whose day is not known it must be certain that it was not later. All days of
 * July begin with '1977-07', and go before '1977-07~'.
 */
function upTo(query: NotesQuery, to: string): NotesQuery {
  const lessExact = [to.slice(0, 4), to.slice(0, 7)].filter((part) => part.length < to.length)
  return lessExact.reduce((narrowed, part) => narrowed.where('observedAt', '!=', part), query.where('observedAt', '<', `${to}~`))
}

const dateIn = (text: string | null): string | null => {
  const reading = readDate(text ?? '')
  return reading.ok ? reading.date : null
}

/** The same in the order that the person chose; the newest first is what a diary is read for. */
export function sorted(query: NotesQuery, { sort }: Filter): NotesQuery {
  switch (sort) {
    case 'newest':
      return query.orderBy('id', 'desc')
    case 'observed':
      return query.orderBy('observedAt', 'desc').orderBy('observedTime', 'desc')
    case 'title':
      return query.orderBy('title')
  }
}
