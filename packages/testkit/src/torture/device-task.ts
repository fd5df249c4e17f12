/** What a device is started for: see device-process.ts. */
interface AnyTask {
  readonly directory: string
  readonly hub: string
  readonly account: string
}

export interface WriteTask extends AnyTask {
  readonly type: 'write'
  /** Makes the space where there is none yet. */
  readonly isFounder: boolean
  /** Begins every word; another one with every start. */
  readonly prefix: string
  readonly seed: number
}

export interface SettleTask extends AnyTask {
  readonly type: 'settle'
}

export type DeviceTask = WriteTask | SettleTask
