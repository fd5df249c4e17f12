/** A page's storage and its leaving and returning, for `Unanswered`. */
import type { Keep, Leaving } from './unanswered.ts'

export function pageKeep(name: string): Keep {
  const prefix = `tombolo/${name}/unanswered/`
  return {
    names: () => Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])),
    read: (one) => localStorage.getItem(prefix + one),
    write: (one, text) => localStorage.setItem(prefix + one, text),
    remove: (one) => localStorage.removeItem(prefix + one),
  }
}

export const pageLeaving: Leaving = {
  watch(left, returned) {
    const end = new AbortController()
    globalThis.addEventListener('pagehide', left, { signal: end.signal })
    globalThis.addEventListener('pageshow', returned, { signal: end.signal })
    return () => end.abort()
  },
}
