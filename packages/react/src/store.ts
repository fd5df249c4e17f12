/** The store of an app, given to its components once. */
import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { Store } from '@tombolo/client'
import type { Schema } from '@tombolo/core'

const StoreContext = createContext<unknown>(null)

/** What a provider is given. */
export interface StoreProviderProps<S extends Schema> {
  readonly store: Store<S>
  /** Whatever the library draws: its types differ between React and Preact. */
  readonly children?: unknown
}

/**
 * Gives the store to the hooks in it.
 * @example
 * const Title = () => useStore().schema.version
 * const page = <StoreProvider store={store}><Title /></StoreProvider>
 */
export function StoreProvider<S extends Schema>({ store, children }: StoreProviderProps<S>): ReactNode {
  return createElement(StoreContext.Provider, { value: store }, children as ReactNode)
}

/**
 * The store of the nearest provider.
 * @throws Error where there is none.
 * @example const store = useStore<typeof app>()
 */
export function useStore<S extends Schema = Schema>(): Store<S> {
  const store = useContext(StoreContext)
  if (store === null) throw new Error('There is no <StoreProvider store={store}> round this component.')
  return store as Store<S>
}
