/** Starts devices as processes of their own. */
import { Child } from './child.ts'
import type { DeviceTask, SettleTask, WriteTask } from './device-task.ts'
import type { Contents } from './judge.ts'
import type { Programs } from './programs.ts'

const start = ({ device }: Programs, task: DeviceTask): Child => new Child(device, [JSON.stringify(task)])

export const startWriting = (programs: Programs, task: Omit<WriteTask, 'type'>): Child => start(programs, { type: 'write', ...task })

/** What a device has once it has sent and received everything. */
export async function settled(programs: Programs, task: Omit<SettleTask, 'type'>): Promise<Contents> {
  const device = start(programs, { type: 'settle', ...task })
  const said = await device.said('{')
  await device.ended()
  return JSON.parse(said) as Contents
}

/** The words that a device said are saved, in this order. */
export const savedBy = (device: Child): readonly string[] => device.lines.flatMap((line) => (line.startsWith('+ ') ? [line.slice(2)] : []))
