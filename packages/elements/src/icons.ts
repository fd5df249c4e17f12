/** Small drawings beside words; they never carry a meaning alone, so they are hidden from screen readers. */
import { svg, type TemplateResult } from 'lit'

const PATHS = {
  attention: 'M12 4 3 20h18L12 4Zm0 6v4.5m0 2.6v.1',
  review: 'M7 4v6a4 4 0 0 0 4 4h2a4 4 0 0 1 4 4v2M7 4 4 7m3-3 3 3m7 13-3-3m3 3 3-3',
  'to-send': 'M12 20V5m0 0-6 6m6-6 6 6',
  offline: 'M7.5 18.5h9a4 4 0 0 0 .8-7.9M15.6 8A5.5 5.5 0 0 0 8 8.2M6.3 10.8a4 4 0 0 0-.8 7M4 4l16 16',
  'signed-out': 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8c.6-3.4 3.4-5 7-5s6.4 1.6 7 5',
  'update-needed': 'M12 4v11m0 0-5-5m5 5 5-5M5 20h14',
  connecting: 'M5 12h.1M12 12h.1M19 12h.1',
  loading: 'M12 4v15m0 0-6-6m6 6 6-6',
  starting: 'M5 12h.1M12 12h.1M19 12h.1',
  'all-sent': 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M15 5l-7 7 7 7',
  open: 'm9 5 7 7-7 7',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3.5 2',
  storage: 'M4 7c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3Zm0 0v10c0 1.7 3.6 3 8 3s8-1.3 8-3V7m-16 5c0 1.7 3.6 3 8 3s8-1.3 8-3',
} as const

export type IconName = keyof typeof PATHS

export const icon = (name: IconName): TemplateResult => svg`<svg class="icon ${name}" viewBox="0 0 24 24" aria-hidden="true"
  fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d=${PATHS[name]}></path></svg>`

const BARS = { none: 0, poor: 1, fair: 2, good: 3 } as const

/** Three bars, as many of them full as the signal is strong. */
export const signalBars = (signal: keyof typeof BARS): TemplateResult => svg`<svg class="icon bars" viewBox="0 0 24 24" aria-hidden="true"
  fill="none" stroke="currentColor" stroke-width="2">${[0, 1, 2].map(
    (bar) => svg`<rect x=${3 + bar * 7} y=${14 - bar * 5} width="4" height=${6 + bar * 5} rx="1"
      fill=${bar < BARS[signal] ? 'currentColor' : 'none'}></rect>`,
  )}</svg>`
