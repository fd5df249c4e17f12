/**
 * I-RECEIPT: what the hub had accepted, and lost, its author sends again with the receipt: else it would be judged anew, by other rules and
 * at other times.
 *
 * I-ASK: a pull asks for the verdicts of what failed, since a copy may have tried it again.
 */
import { decodePullRequest, decodePushRequest, type Intent, type Receipt, type Wire } from '@tombolo/core'
import { Broken, holds } from '../broken.ts'
import type { Device } from '../device/device.ts'

/** `push`: what the device is about to send. */
export function sendsReceipts(device: Device, push: Wire): void {
  const held = device.disk.query("SELECT intent, receipt FROM _change WHERE status = 'queued' AND receipt IS NOT NULL").values()
  if (held.length === 0) return
  const sent = decodePushRequest(push)
  if (!sent.ok) throw new Broken('I-SCHEMA', `${device.name} sends what cannot be read: ${sent.error.code} ${sent.error.path}`)
  const receipts = new Map(held.map(([intent, receipt]) => [intent as Intent, JSON.parse(String(receipt)) as Receipt]))
  for (const { content, receipt } of sent.value.changes) {
    const due = receipts.get(content.intent)
    holds(due === undefined || due.mac === receipt?.mac, 'I-RECEIPT', () => `${device.name} sends ${content.intent} without its receipt`)
  }
}

/** `pull`: what the device is about to ask. */
export function asksForFailed(device: Device, pull: Wire): void {
  const asked = decodePullRequest(pull)
  if (!asked.ok) throw new Broken('I-SCHEMA', `${device.name} asks what cannot be read: ${asked.error.code} ${asked.error.path}`)
  const { space, waiting } = asked.value
  const listed = new Set(waiting)
  for (const { intent } of device.changesWhere("status = 'failed' AND space = ?", space))
    holds(listed.has(intent), 'I-ASK', () => `${device.name} does not ask for ${intent}, which failed`)
}
