/** A part of the app that is not needed for the first paint: fetched when it is first shown, and kept by the service worker. */
import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'react'

export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | null = null
  return function Later(props) {
    const [Part, setPart] = useState<{ readonly it: FunctionComponent<P> } | null>(loaded === null ? null : { it: loaded })
    const [error, setError] = useState<unknown>(null)
    useEffect(() => {
      if (loaded !== null) return
      load().then((it) => setPart({ it: (loaded = it) }), setError)
    }, [])
    if (error !== null) throw error
    return Part === null ? null : <Part.it {...props} />
  }
}
