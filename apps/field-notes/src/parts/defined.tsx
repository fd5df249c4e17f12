/** Shows elements when they are there: most of them are loaded after the first paint, and take no properties before. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'react'

export function Defined({ tag, children }: { readonly tag: keyof HTMLElementTagNameMap; readonly children: ComponentChildren }) {
  const [isDefined, setDefined] = useState(() => customElements.get(tag) !== undefined)
  useEffect(() => {
    if (!isDefined) void customElements.whenDefined(tag).then(() => setDefined(true))
  }, [tag, isDefined])
  return <>{isDefined ? children : null}</>
}
