/**
 * Where in the app a person is, as an address:
 *
 *   /  /note/<id>  /outbox  /review  /projects  /import  /device        ?project=…&q=… goes along: what the list shows
 */
import type { RecordId } from '@tombolo/core'

export const PAGES = ['outbox', 'review', 'projects', 'import', 'device'] as const
export type Page = (typeof PAGES)[number]

export type Route = { readonly screen: 'list' } | { readonly screen: 'note'; readonly id: RecordId } | { readonly screen: Page }

export function routeOf(pathname: string): Route {
  const [first = '', second] = pathname.split('/').filter((part) => part !== '')
  if (first === 'note' && second !== undefined) return { screen: 'note', id: second as RecordId }
  const page = PAGES.find((name) => name === first)
  return page === undefined ? { screen: 'list' } : { screen: page }
}

export function pathOf(route: Route): string {
  switch (route.screen) {
    case 'list':
      return '/'
    case 'note':
      return `/note/${route.id}`
    case 'outbox':
    case 'review':
    case 'projects':
    case 'import':
    case 'device':
      return `/${route.screen}`
  }
}
