/** Which pages of a long list are in view, and one more at each end, so that scrolling does not wait. */
import { type RefObject, useEffect, useMemo, useState } from 'react'

interface View {
  readonly first: number
  readonly last: number
}

export const PAGE_ROWS = 40

export function usePagesInView(scroller: RefObject<HTMLElement>, count: number): readonly number[] {
  const [{ first, last }, setView] = useState<View>({ first: 0, last: 0 })
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    let frame = 0
    const look = (): void => {
      frame = 0
      setView((before) => {
        const next = viewOf(element)
        return before.first === next.first && before.last === next.last ? before : next
      })
    }
    const lookSoon = (): void => void (frame ||= requestAnimationFrame(look))
    const resized = new ResizeObserver(lookSoon)
    resized.observe(element)
    element.addEventListener('scroll', lookSoon, { passive: true })
    return () => {
      cancelAnimationFrame(frame)
      resized.disconnect()
      element.removeEventListener('scroll', lookSoon)
    }
  }, [scroller])
  return useMemo(() => {
    const end = Math.max(0, Math.ceil(count / PAGE_ROWS) - 1)
    const from = Math.min(first, end)
    return Array.from({ length: Math.min(last, end) - from + 1 }, (_, index) => from + index)
  }, [first, last, count])
}

function viewOf(element: HTMLElement): View {
  const pagePx = rowPx(element) * PAGE_ROWS
  const first = Math.floor(element.scrollTop / pagePx - MARGIN_PAGES)
  const last = Math.floor((element.scrollTop + element.clientHeight) / pagePx + MARGIN_PAGES)
  return { first: Math.max(0, first), last: Math.max(0, last) }
}

/** Half a page: two or three pages are kept at a time. */
const MARGIN_PAGES = 0.5

/** Rows grow with the reader's letters, so their height is asked of the page. */
export function rowPx(element: HTMLElement): number {
  const style = getComputedStyle(element)
  return Number.parseFloat(style.getPropertyValue('--row')) * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
