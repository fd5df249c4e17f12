/**
 * Hints of a browser: the network in a page or a worker, the page's visibility, and the device's conditions if the browser reports them.
 *
 * `navigator.onLine` and the type of the connection exist in Chromium's workers, the battery in its pages; missing conditions stay unknown,
 * and policies decide what that means [S5].
 */
import { type Conditions, UNKNOWN_CONDITIONS } from '@tombolo/core'
import type { Connectivity } from './connectivity.ts'

/** The members of the global scope, of a page or a worker, that are used here. */
export interface NetworkScope {
  readonly navigator: { readonly onLine?: boolean; readonly connection?: ConnectionLike; readonly getBattery?: () => Promise<BatteryLike> }
  addEventListener(type: 'online' | 'offline', listener: () => void, options: { readonly signal: AbortSignal }): void
}

/** The Network Information API. */
export interface ConnectionLike {
  readonly type?: string
  readonly saveData?: boolean
  addEventListener(type: 'change', listener: () => void, options: { readonly signal: AbortSignal }): void
}

/** The Battery Status API. */
export interface BatteryLike {
  readonly level: number
  readonly charging: boolean
  addEventListener(type: 'levelchange' | 'chargingchange', listener: () => void, options: { readonly signal: AbortSignal }): void
}

export interface PageScope {
  readonly visibilityState: string
  addEventListener(type: 'visibilitychange', listener: () => void, options: { readonly signal: AbortSignal }): void
}

/** `online` and `offline` events, of a page or a worker. */
export function networkHints(scope: NetworkScope): Connectivity {
  return {
    watch: (tell) => {
      const end = new AbortController()
      if (scope.navigator.onLine === false) tell({ type: 'offline' })
      for (const type of ['online', 'offline'] as const) scope.addEventListener(type, () => tell({ type }), { signal: end.signal })
      return () => end.abort()
    },
  }
}

/** Whether the page is visible. */
export function pageHints(page: PageScope): Connectivity {
  return {
    watch: (tell) => {
      const end = new AbortController()
      const told = (): void => tell({ type: page.visibilityState === 'hidden' ? 'hidden' : 'visible' })
      if (page.visibilityState === 'hidden') told()
      page.addEventListener('visibilitychange', told, { signal: end.signal })
      return () => end.abort()
    },
  }
}

/** Wi-Fi, data saving and the battery, if the browser reports them; `midnightAtMs` gives a local midnight, for policies by the hour. */
export function deviceHints({ navigator }: Pick<NetworkScope, 'navigator'>, midnightAtMs: () => number): Connectivity {
  return {
    watch: (tell) => {
      const end = new AbortController()
      let battery: BatteryLike | null = null
      const told = (): void => tell({ type: 'conditionsChanged', conditions: conditionsOf(navigator.connection, battery, midnightAtMs()) })
      const watchBattery = async (): Promise<void> => {
        battery = (await navigator.getBattery?.()) ?? null
        if (battery === null || end.signal.aborted) return
        for (const type of ['levelchange', 'chargingchange'] as const) battery.addEventListener(type, told, { signal: end.signal })
        told()
      }
      told()
      navigator.connection?.addEventListener('change', told, { signal: end.signal })
      // A browser may refuse to report the battery; it then stays unknown.
      watchBattery().catch(() => undefined)
      return () => end.abort()
    },
  }
}

function conditionsOf(connection: ConnectionLike | undefined, battery: BatteryLike | null, midnightAt: number): Conditions {
  const { type, saveData } = connection ?? {}
  return {
    ...UNKNOWN_CONDITIONS,
    midnightAt,
    ...(type === undefined || type === 'unknown' ? {} : { wifi: type === 'wifi' || type === 'ethernet', metered: type === 'cellular' }),
    ...(saveData === undefined ? {} : { saveData }),
    ...(battery === null ? {} : { battery: { level: battery.level, charging: battery.charging } }),
  }
}
