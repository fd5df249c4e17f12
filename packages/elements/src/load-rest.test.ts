// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'

const load = vi.fn<() => void>()

vi.mock('./rest.ts', () => {
  load()
  throw new Error('offline')
})

beforeEach(() => {
  load.mockClear()
  vi.resetModules()
})

test('a file that cannot be had is said to be missing, and asked for again by the next press', async () => {
  const { settled, textOf } = await import('./test/page.ts')
  await import('./status.ts')
  const element = document.createElement('tombolo-status')
  document.body.append(element)
  await settled(element)
  for (let presses = 1; presses <= 2; presses++) {
    element.shadowRoot?.querySelector('button')?.click()
    await settled(element)
    expect(textOf(element)).toContain('This part of the app is not on the device yet.')
    expect(load).toHaveBeenCalledTimes(presses)
  }
})
