/** Merges two refs into one that stays the same function, so that the library does not release and take the element at each render. */
import { useCallback } from 'react'

type Take<E> = (element: E | null) => unknown

export function useRefs<E>(first: Take<E>, second: Take<E>): (element: E | null) => void {
  // `first` binds a field and changes with the record. `second` acts when the element comes or goes, so its latest version is not needed.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useCallback((element: E | null) => (first(element), void second(element)), [first])
}
