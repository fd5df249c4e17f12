/** @jsxImportSource preact */
// @vitest-environment happy-dom
import { render } from 'preact'
import { expect, test, vi } from 'vitest'
import './all.ts'
import './jsx.ts'
import type { EditDetail } from './events.ts'
import { FakeEngine, openFake } from './test/fake-engine.ts'
import { button, buttons, settled } from './test/page.ts'
import { failedItem, STATES, STATUS } from './test/samples.ts'

test('Preact sets properties and hears events', async () => {
  const store = await openFake(new FakeEngine({ status: { ...STATUS, ...STATES['to-send'] }, outbox: [failedItem(1)] }))
  const heard = vi.fn<(detail: EditDetail) => void>()
  const container = document.createElement('div')
  document.body.append(container)
  render(
    <tombolo-store store={store}>
      <tombolo-status id="status" />
      <tombolo-outbox store={store} ontombolo-edit={(event) => heard(event.detail)} />
    </tombolo-store>,
    container,
  )
  const [status, outbox] = ['tombolo-status', 'tombolo-outbox'].map((tag) => container.querySelector(tag) as Element)
  await settled(status as Element)
  expect(buttons(status as Element)).toEqual(['Sync: 3 to send'])
  button(outbox as Element, 'Edit: Note 1').click()
  expect(heard).toHaveBeenCalledWith(expect.objectContaining({ intent: 'intent-1' }))
})
