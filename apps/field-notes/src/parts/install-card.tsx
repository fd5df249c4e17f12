/** How to have the app on the home screen, where browsers keep its notes safest. */
import { install, isInstalled, useInstallOffer } from '../update/install.ts'
import { Button } from './button.tsx'

export function InstallCard() {
  const isOffered = useInstallOffer()
  if (isInstalled()) return null
  return (
    <section class="card">
      <h3>On your home screen</h3>
      <p>
        Installed, the app opens without a network like any other, and browsers keep its notes safest. Safari may delete data of sites not
        opened for 7 days.
      </p>
      {isOffered ? (
        <Button icon="device" onClick={() => void install()}>
          Install
        </Button>
      ) : (
        <p class="hint">In your browser’s menu: “Install” or “Add to Home Screen”.</p>
      )}
    </section>
  )
}
