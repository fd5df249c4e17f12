import type { Target } from '../target.ts'
import { device } from './device.ts'
import { files } from './files.ts'
import { hub } from './hub.ts'
import { messages } from './messages.ts'
import { texts } from './texts.ts'

export const targets: readonly Target[] = [...messages, ...texts, ...device, ...files, ...hub]
