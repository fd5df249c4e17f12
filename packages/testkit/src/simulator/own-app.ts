/** The simulator's own app, whose schema has everything that a schema can have, and its people. */
import type { App, Deed } from './app.ts'
import type { Disk } from './device/disk.ts'
import { actOn, sceneOf, typedOn } from './people/acts.ts'
import { deviceApp, hubApp, NOT_ALLOWED } from './schema.ts'

export const ownApp: App = {
  device: deviceApp,
  hub: hubApp,
  isUpgraded: true,
  look: (view) => {
    const scene = sceneOf(view)
    let last: Deed | null = null
    return { space: view.space, act: (doing) => (last = typedOn(last, doing) ?? actOn(scene, doing)) }
  },
  correct: ({ release, word }, { collection, record }) => {
    const fields = deviceApp[release].collections[collection]?.fields ?? {}
    const field = ['heading', 'title', 'label'].find((name) => name in fields)
    return field === undefined ? [] : [{ type: 'set', collection, record, values: { [field]: word() } }]
  },
  sign: ({ newRecord, word }) => ({ collection: 'sheets', record: newRecord(), type: 'add', values: { title: word() } }),
  renamed: { 'notes title': 'heading' },
  planted: NOT_ALLOWED,
  torn: tornTwins,
}

/** Twins are written together: one alone, or two that are unlike, are half of a change. */
function tornTwins(query: Disk['query']): string | null {
  const rows = query(
    `SELECT "of", count(*) AS there, count(DISTINCT mark) AS marks FROM twins WHERE "$deleted" = 0 AND "of" IS NOT NULL
     GROUP BY "of" HAVING there <> 2 OR marks <> 1`,
  ).all()
  return rows.length === 0 ? null : JSON.stringify(rows)
}
