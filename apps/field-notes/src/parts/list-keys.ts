/** Arrow keys go through the list, as far as it goes: a row that is not drawn yet is scrolled to first. */
import { rowPx } from './pages-in-view.ts'

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

export function moveFocus(event: KeyboardEvent, scroller: HTMLElement | null): void {
  const step = STEPS[event.key]
  const from = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
  if (step === undefined || from === null || scroller === null || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const index = Number(from.dataset['index']) + step
  const row = find(scroller, index)
  if (row !== null) return row.focus()
  scroller.scrollTop += step * rowPx(scroller)
  requestAnimationFrame(() => requestAnimationFrame(() => find(scroller, index)?.focus()))
}

const find = (scroller: HTMLElement, index: number): HTMLElement | null => scroller.querySelector<HTMLElement>(`[data-index="${index}"]`)
