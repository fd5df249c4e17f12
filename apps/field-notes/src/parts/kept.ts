/** The last value that was known, while the next is on its way: lists do not blink when a letter is typed. */
import { useState } from 'react'

export function useKept<T>(value: T | undefined): T | undefined {
  const [kept, setKept] = useState(value)
  if (value !== undefined && value !== kept) setKept(value)
  return value ?? kept
}
