/** A page for looking at the elements: `?show=status&state=offline-to-send&scheme=dark&dir=rtl`. Tests drive it too. */
import '../../index.ts'
import { setStore } from '../../store-context.ts'
import { setWords } from '../../wording.ts'
import { FakeStore } from '../fake-store.ts'
import { CONFLICTS, HISTORY, OUTBOX, recordId, STATES } from '../samples.ts'

declare global {
  interface Window {
    fakeStore: FakeStore
  }
}

const asked = new URLSearchParams(location.search)
const state = asked.get('state') ?? 'all-sent'
const show = asked.get('show') ?? 'status'

document.documentElement.classList.toggle('dark', asked.get('scheme') === 'dark')
document.documentElement.dir = asked.get('dir') ?? 'ltr'
setWords({
  names: {
    thing: (collection) => (collection === 'notes' ? 'note' : undefined),
    person: (by) => (by.startsWith('ben') ? 'Ben' : undefined),
  },
})

const isEmpty = asked.get('items') === 'none'
const rows = Object.fromEntries(
  ['Otter at the weir', 'Heron, two juveniles', 'Plot 1'].map((title, index) => {
    const id = recordId(index + 1)
    const failed = index === 0 ? { count: { value: -2, code: 'value.invalid', message: 'A count cannot be below zero.' } } : null
    return [id, { id, space: OUTBOX[0]?.space, title, count: 2, $state: 'synced', $conflicts: [], $failed: failed }]
  }),
)
window.fakeStore = new FakeStore({
  status: STATES[state] ?? {},
  outbox: isEmpty ? [] : OUTBOX,
  conflicts: isEmpty ? [] : CONFLICTS,
  history: isEmpty ? [] : HISTORY,
  rows,
})
setStore(window.fakeStore)

const main = document.createElement('main')
const bar = document.createElement('header')
bar.className = 'bar'
bar.append('FieldNotes')
document.body.append(bar, main)

const heading = document.createElement('h1')
heading.textContent = 'Estuary survey'
if (show === 'status') {
  bar.append(document.createElement('tombolo-status'))
  main.append(heading)
} else {
  main.append(Object.assign(document.createElement(`tombolo-${show}`), { row: rows[recordId(1)], field: 'count' }))
}
