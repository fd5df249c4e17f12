/** What stores show, and where they differ. */
import type { Store } from '@tombolo/client'
import type { Json, Schema } from '@tombolo/core'

type Values = Readonly<Record<string, Json>>

/** Records and spaces by their names: `notes 018f…`. What is said of the device alone (its version of a record, its outbox) is left out. */
export type Shown = ReadonlyMap<string, Values>

export async function shownBy(store: Store<Schema>): Promise<Shown> {
  const shown = new Map<string, Values>()
  for (const { id, name } of await store.spaces()) shown.set(`space ${id}`, { name })
  for (const [name, reader] of Object.entries(store.db)) {
    for (const row of await reader.all()) {
      const values = Object.entries(row).filter(([field]) => !OF_THE_DEVICE.has(field))
      shown.set(`${name} ${row.id}`, Object.fromEntries(values) as Values)
    }
  }
  return shown
}

const OF_THE_DEVICE: ReadonlySet<string> = new Set(['$state', '$version', '$failed', '$collection'])

/** One line for each record that one of them lacks, and for each value that is not the same. */
export function differences(name: string, mine: Shown, other: string, theirs: Shown): readonly string[] {
  const line = (place: string, a: Json | undefined, b: Json | undefined): string =>
    `${place}: ${name} shows ${said(a)}, ${other} shows ${said(b)}`
  return union(mine.keys(), theirs.keys()).flatMap((record) => {
    const [a, b] = [mine.get(record), theirs.get(record)]
    if (a === undefined || b === undefined) return [line(record, a, b)]
    const fields = union(Object.keys(a), Object.keys(b)).filter((field) => said(a[field]) !== said(b[field]))
    return fields.map((field) => line(`${record} ${field}`, a[field], b[field]))
  })
}

const union = (a: Iterable<string>, b: Iterable<string>): readonly string[] => [...new Set([...a, ...b])].sort()

const said = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value))
