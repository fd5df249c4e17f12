/** The browser's offer to install the app, kept until a person wants it. */
import { Cell, useCell } from '../cell.ts'

interface InstallOffer extends Event {
  readonly prompt: () => Promise<void>
  readonly userChoice: Promise<{ readonly outcome: 'accepted' | 'dismissed' }>
}

const offer = new Cell<InstallOffer | null>(null)

/** Chrome, Edge and Samsung Internet offer it by an event, once; other browsers have it in their own menus. */
export function keepInstallOffer(): void {
  globalThis.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    offer.set(event as InstallOffer)
  })
  globalThis.addEventListener('appinstalled', () => offer.set(null))
}

export async function install(): Promise<void> {
  await offer.get()?.prompt()
  offer.set(null)
}

export const useInstallOffer = (): boolean => useCell(offer) !== null

export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches
