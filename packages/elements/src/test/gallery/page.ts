/** A page for looking at the elements: `?show=status&state=offline-to-send&scheme=dark&dir=rtl`. Tests drive it too. */
import '../../index.ts'
import { setStore } from '../../store-context.ts'
import { setWords } from '../../wording.ts'
import { FakeEngine, openFake, rowOf } from '../fake-engine.ts'
import { CONFLICTS, HISTORY, OUTBOX, recordId, ROWS, STATES, STATUS } from '../samples.ts'

declare global {
  interface Window {
    fakeEngine: FakeEngine
    /** Goes over to one of the sample states. */
    goTo: (state: string) => void
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
const items = isEmpty ? {} : { outbox: OUTBOX, conflicts: CONFLICTS, history: HISTORY }
window.fakeEngine = new FakeEngine({ status: { ...STATUS, ...STATES[state] }, rows: ROWS, ...items })
const store = await openFake(window.fakeEngine)
setStore(store)
window.goTo = (next) => window.fakeEngine.setStatus(STATES[next] ?? {})

const main = document.createElement('main')
const bar = document.createElement('header')
bar.className = 'bar'
bar.append('FieldNotes')
document.body.append(bar, main)

const heading = document.createElement('h1')
heading.textContent = 'Estuary survey'
main.append(heading)
if (show === 'status') bar.append(document.createElement('tombolo-status'))
else {
  const field = show === 'failed' ? 'count' : null
  main.append(Object.assign(document.createElement(`tombolo-${show}`), { row: await rowOf(store, recordId(1)), field }))
}
