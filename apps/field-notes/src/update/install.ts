/** The browser's offer to install the app, kept until a person wants it. */
import { useSyncExternalStore } from 'react'

interface InstallOffer extends Event {
  readonly prompt: () => Promise<void>
  readonly userChoice: Promise<{ readonly outcome: 'accepted' | 'dismissed' }>
}

let offer: InstallOffer | null = null
const listeners = new Set<() => void>()

function set(next: InstallOffer | null): void {
  offer = next
  for (const listener of listeners) listener()
}

/** Chrome, Edge and Samsung Internet offer it by an event, once; other browsers have it in their own menus. */
export function keepInstallOffer(): void {
  globalThis.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    set(event as InstallOffer)
  })
  globalThis.addEventListener('appinstalled', () => set(null))
}

export async function install(): Promise<void> {
  await offer?.prompt()
  set(null)
}

export const useInstallOffer = (): boolean => useSyncExternalStore(subscribe, () => offer !== null)

export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
