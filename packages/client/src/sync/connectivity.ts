/**
 * Hints of the platform about the network, the page and the device: all optional, never proof [S1].
 *
 * `watch` reports the present state, then changes. A platform that knows nothing reports nothing, and nothing waits for it.
 */
import type { SchedulerEvent } from '@tombolo/core'

export type Hint = Extract<SchedulerEvent, { type: 'online' | 'offline' | 'visible' | 'hidden' | 'conditionsChanged' }>

export interface Connectivity {
  watch(tell: (hint: Hint) => void): () => void
}

/** For Node, and any platform without hints. */
export const BLIND: Connectivity = { watch: () => () => undefined }

/** Combines several sources: a store worker observes the network itself and receives the page's visibility by messages. */
export function allOf(...sources: readonly Connectivity[]): Connectivity {
  return {
    watch: (tell) => {
      const stops = sources.map((source) => source.watch(tell))
      return () => stops.forEach((stop) => stop())
    },
  }
}

/** Hints from elsewhere, passed in by `tell`. A late watcher receives the last hint of each kind. */
export class Relay implements Connectivity {
  readonly #watchers = new Set<(hint: Hint) => void>()
  readonly #last = new Map<'network' | 'page' | 'conditions', Hint>()

  watch(tell: (hint: Hint) => void): () => void {
    for (const hint of this.#last.values()) tell(hint)
    this.#watchers.add(tell)
    return () => void this.#watchers.delete(tell)
  }

  tell(hint: Hint): void {
    this.#last.set(KIND_OF[hint.type], hint)
    for (const watcher of this.#watchers) watcher(hint)
  }
}

const KIND_OF = {
  online: 'network',
  offline: 'network',
  visible: 'page',
  hidden: 'page',
  conditionsChanged: 'conditions',
} as const satisfies Record<Hint['type'], string>
