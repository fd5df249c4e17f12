/** The position of a panel that a button has opened. */

/** Narrower screens get a sheet from below, which CSS positions. */
export const PANEL_FROM_PX = 640
const GAP_PX = 8

export interface Box {
  readonly left: number
  readonly right: number
  readonly bottom: number
}

export interface Viewport {
  readonly width: number
  readonly height: number
}

/** The position under the anchor, within the viewport. Null: CSS decides. */
export function placeOf(anchor: Box, panelWidth: number, viewport: Viewport): { readonly left: number; readonly top: number } | null {
  if (viewport.width < PANEL_FROM_PX) return null
  const isInEndHalf = (anchor.left + anchor.right) / 2 > viewport.width / 2
  const wanted = isInEndHalf ? anchor.right - panelWidth : anchor.left
  const left = Math.min(Math.max(wanted, GAP_PX), viewport.width - panelWidth - GAP_PX)
  return anchor.bottom > viewport.height / 2 ? null : { left, top: anchor.bottom + GAP_PX }
}

export function placeUnder(panel: HTMLElement, anchor: HTMLElement | undefined): void {
  const viewport = { width: document.documentElement.clientWidth, height: window.innerHeight }
  const place = anchor === undefined ? null : placeOf(anchor.getBoundingClientRect(), panel.offsetWidth, viewport)
  panel.toggleAttribute('data-placed', place !== null)
  if (place === null) return
  panel.style.setProperty('--_left', `${place.left}px`)
  panel.style.setProperty('--_top', `${place.top}px`)
}
