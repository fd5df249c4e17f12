/** Provides the store of an app to its components: to hooks by a context, to elements of `@tombolo/elements` by `<tombolo-store>`. */
import { createContext, createElement, type ReactNode, useCallback, useContext } from 'react'
import type { Store } from '@tombolo/client'
import type { Schema } from '@tombolo/core'

const StoreContext = createContext<unknown>(null)

/** The properties of a provider. */
export interface StoreProviderProps<S extends Schema> {
  readonly store: Store<S>
  /** The children; their type differs between React and Preact. */
  readonly children?: unknown
}

/**
 * Provides the store to the hooks and the Tombolo elements in it. Its element has no box of its own.
 * @example
 * const Title = () => useStore().schema.version
 * const page = <StoreProvider store={store}><Title /></StoreProvider>
 */
export function StoreProvider<S extends Schema>({ store, children }: StoreProviderProps<S>): ReactNode {
  // Set by hand, because the library would set an attribute as long as the element is not defined.
  const ref = useCallback(
    (element: (HTMLElement & { store?: Store<S> }) | null) => void (element !== null && (element.store = store)),
    [store],
  )
  const inElement = createElement('tombolo-store', { ref, style: NO_BOX }, children as ReactNode)
  return createElement(StoreContext.Provider, { value: store }, inElement)
}

const NO_BOX = { display: 'contents' } as const

/**
 * The store of the nearest provider.
 * @throws Error if there is none.
 * @example const store = useStore<typeof app>()
 */
export function useStore<S extends Schema = Schema>(): Store<S> {
  const store = useContext(StoreContext)
  if (store === null) throw new Error('There is no <StoreProvider store={store}> round this component.')
  return store as Store<S>
}
