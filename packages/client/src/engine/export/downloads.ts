/** What a download takes beside SQLite; loaded when one is made or brought back. */
import type { LocalStore } from '../local-store.ts'
import { Exporter } from './exporter.ts'
import { Importer } from './importer.ts'

export interface Downloads {
  readonly exporter: Exporter
  readonly importer: Importer
}

export const downloadsOf = (store: LocalStore): Downloads => ({ exporter: new Exporter(store), importer: new Importer(store) })
