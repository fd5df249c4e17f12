/** An update that waits. Nothing is reloaded before a person says so. */
import { useStore } from '@tombolo/react'
import { useState } from 'react'
import type { app } from '../schema.ts'
import { updateNow, useUpdate } from '../update/update.ts'
import { Button } from './button.tsx'

export function UpdateReady() {
  const store = useStore<typeof app>()
  const isReady = useUpdate()
  const [isHidden, setHidden] = useState(false)
  const [told, setTold] = useState('')
  if (!isReady || isHidden) return null
  const update = async (): Promise<void> => setTold((await updateNow(store)) ?? 'Updating …')
  return (
    <div class="notice" aria-live="polite">
      <p>Update ready. It will be used the next time you open the app. {told}</p>
      <Button look="plain" onClick={() => void update()}>
        Update now
      </Button>
      <Button look="plain" icon="close" aria-label="Later" onClick={() => setHidden(true)} />
    </div>
  )
}
