// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import './all.ts'
import './jsx.ts'
import type { EditDetail } from './events.ts'
import { FakeEngine, openFake } from './test/fake-engine.ts'
import { button, buttons, settled } from './test/page.ts'
import { failedItem, STATES, STATUS } from './test/samples.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

test('React 19 sets properties and hears events', async () => {
  const store = await openFake(new FakeEngine({ status: { ...STATUS, ...STATES['to-send'] }, outbox: [failedItem(1)] }))
  const heard = vi.fn<(detail: EditDetail) => void>()
  const container = document.createElement('div')
  document.body.append(container)
  await act(async () =>
    createRoot(container).render(
      <tombolo-store store={store}>
        <tombolo-status id="status" />
        <tombolo-outbox store={store} ontombolo-edit={(event) => heard(event.detail)} />
      </tombolo-store>,
    ),
  )
  const [status, outbox] = ['tombolo-status', 'tombolo-outbox'].map((tag) => container.querySelector(tag) as Element)
  await settled(status as Element)
  expect(buttons(status as Element)).toEqual(['Sync: 3 to send'])
  button(outbox as Element, 'Edit: Note 1').click()
  expect(heard).toHaveBeenCalledWith(expect.objectContaining({ intent: 'intent-1' }))
})
