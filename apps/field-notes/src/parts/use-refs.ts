/** Several hands on one element. The function stays the same, so that the element is not let go of and taken up again at each drawing. */
import { useCallback } from 'react'

type Take<E> = (element: E | null) => unknown

export function useRefs<E>(first: Take<E>, second: Take<E>): (element: E | null) => void {
  // `first` is a field's binding, and another one for another record; `second` acts when the element comes or goes, not in between.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  return useCallback((element: E | null) => (first(element), void second(element)), [first])
}
