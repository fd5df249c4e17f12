/** What people do in more than one scenario. */
import type { Device } from '../device.ts'
import type { Known } from './prepared.ts'

export async function visitAndSync(device: Device, { space, note }: Known): Promise<void> {
  await device.visit(space, note)
  await device.sync()
}

export async function visitAndHide(device: Device, { space, note }: Known): Promise<void> {
  await device.visit(space, note)
  await device.hide(space)
}
