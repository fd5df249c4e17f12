/** A part of the app that is not needed for the first paint: fetched when it is first shown, and kept by the service worker. */
import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'react'

/** A part that is not on this device, and could not be fetched. */
export class PartMissing extends Error {
  constructor(cause: unknown) {
    super('This part of the app is not on the device yet. Show it again when there is a signal.', { cause })
  }
}

export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let loaded: FunctionComponent<P> | null = null
  return function Later(props) {
    const [Part, setPart] = useState<{ readonly it: FunctionComponent<P> } | null>(loaded === null ? null : { it: loaded })
    const [error, setError] = useState<unknown>(null)
    useEffect(() => {
      if (loaded !== null) return
      load().then(
        (it) => setPart({ it: (loaded = it) }),
        (cause: unknown) => setError(new PartMissing(cause)),
      )
    }, [])
    if (error !== null) throw error
    return Part === null ? null : <Part.it {...props} />
  }
}
