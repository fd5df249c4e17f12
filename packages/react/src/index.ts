/** Hooks over the store, for React 19 and for Preact through `preact/compat`. */
export { type BoundField, useField } from './field.ts'
export { useConflicts, useCount, useHistory, useOutbox, useQuery, useRecord, useSpaces, useStatus, useUnsaved } from './hooks.ts'
export { useLive } from './live.ts'
export { StoreProvider, type StoreProviderProps, useStore } from './store.ts'
