/** A field under a person's hands, in a component. */
import { useMemo, useSyncExternalStore } from 'react'
import {
  bindField,
  collectionOf,
  type Field,
  type FieldSnapshot,
  type FieldState,
  type RowStanding,
  type TomboloError,
  type TypedName,
} from '@tombolo/client'
import { useStore } from './store.ts'

type TextElement = HTMLInputElement | HTMLTextAreaElement

/** A field in a component: what its input gets, and how its text stands. */
export interface BoundField {
  /** For `<input {...field.props} />` or `<textarea {...field.props} />`. The element is uncontrolled: give it no `value`. */
  readonly props: { readonly ref: (element: TextElement | null) => void }
  /** What stands in the input now. */
  readonly text: string
  /** `unsaved` for a moment while a person types; `failed`: not saved, `error` says why and what to do. */
  readonly state: FieldState
  readonly error: TomboloError | null
  /** Saves now, or tries again. */
  readonly save: () => Promise<FieldSnapshot>
}

/**
 * Ties a field of a record to an input: it has its text at once, saves by itself, on leaving too, and takes what others write in
 * round the caret. A number is best typed into `<input inputMode="decimal">`. While `row` is not there yet, the input is empty.
 * @throws Misuse while rendering, for a field that has no text.
 * @example
 * const title = useField(note, 'title')
 * return <label>Title <input {...title.props} aria-invalid={title.state === 'failed'} /></label>
 */
export function useField<R extends RowStanding>(row: R | null | undefined, field: TypedName<R>): BoundField {
  const store = useStore()
  // The field is the same for every version of its row.
  const record = row === null || row === undefined ? '' : `${collectionOf(row) ?? ''}/${row.id}`
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const bound = useMemo(() => bind(row === null || row === undefined ? null : store.field(row, field)), [store, record, field])
  const { text, state, error } = useSyncExternalStore(bound.subscribe, bound.snapshot)
  return { props: bound.props, text, state, error, save: bound.save }
}

const EMPTY: FieldSnapshot = { text: '', state: 'saved', error: null }

interface Binding extends Pick<BoundField, 'props' | 'save'>, Pick<Field, 'subscribe' | 'snapshot'> {}

/** The ref lets go of the last element when it gets another, or null. */
function bind(field: Field | null): Binding {
  if (field === null)
    return { props: { ref: () => {} }, save: () => Promise.resolve(EMPTY), subscribe: () => () => {}, snapshot: () => EMPTY }
  let stop: (() => void) | null = null
  const ref = (element: TextElement | null): void => {
    stop?.()
    stop = element === null ? null : bindField(field, element)
  }
  return { props: { ref }, save: () => field.flush(), subscribe: field.subscribe, snapshot: field.snapshot }
}
