/** The hook for editing a field in a component. */
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

/** A field in a component: the props for its input, and the state of its text. */
export interface BoundField {
  /** For `<input {...field.props} />` or `<textarea {...field.props} />`. The element is uncontrolled: give it no `value`. */
  readonly props: { readonly ref: (element: TextElement | null) => void }
  /** The text in the input. */
  readonly text: string
  /** `unsaved` for a moment while a person types; `failed`: not saved, `error` says why and what to do. */
  readonly state: FieldState
  readonly error: TomboloError | null
  /** Saves now, or tries again. */
  readonly save: () => Promise<FieldSnapshot>
}

/**
 * Binds a field of a record to an input: the input has its text at once, saves automatically, also when it is left, and merges what others
 * write around the caret. For numbers use `<input inputMode="decimal">`. The input is empty until there is a `row`.
 * @throws Misuse while rendering, for a field without a text form.
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

/** The ref releases the last element when it gets another one or null. */
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
