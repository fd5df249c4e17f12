/** A page that goes out of sight may never come back: work that is put off is done then, and when its component goes. */
import { useEffect, useRef } from 'react'

export function useWhenHidden(work: () => void): void {
  const latest = useRef(work)
  useEffect(() => void (latest.current = work))
  useEffect(() => {
    const run = (): void => latest.current()
    const onChange = (): void => void (document.visibilityState === 'hidden' && run())
    document.addEventListener('visibilitychange', onChange)
    globalThis.addEventListener('pagehide', run)
    return () => {
      document.removeEventListener('visibilitychange', onChange)
      globalThis.removeEventListener('pagehide', run)
      run()
    }
  }, [])
}
