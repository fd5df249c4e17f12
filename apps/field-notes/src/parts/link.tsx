/** A link within the app: a plain click stays on the page, any other is the browser's. */
import type { ComponentChildren, JSX } from 'preact'
import { go, hrefOf, useFilter } from '../navigation.ts'
import type { Route } from '../routes.ts'

interface LinkProps extends JSX.HTMLAttributes<HTMLAnchorElement> {
  readonly to: Route
  readonly children?: ComponentChildren
}

export function Link({ to, children, ...rest }: LinkProps) {
  const filter = useFilter()
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={hrefOf(to, filter)} onClick={follow} {...rest}>
      {children}
    </a>
  )
}
