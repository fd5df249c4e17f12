/** What opening a local store takes: the world as arguments, and what is loaded only when the store needs it. */
import type { TextEditor } from '@tombolo/core'
import type { StorePorts } from './store-ports.ts'
import type { upgradeStore } from './upgrade.ts'

export interface OpenPorts extends StorePorts {
  /** Yjs, when the first text is edited in place. */
  readonly loadText: () => Promise<TextEditor>
  /** What upgrades a store, when it is outdated. */
  readonly loadUpgrade: () => Promise<{ readonly upgradeStore: typeof upgradeStore }>
}
