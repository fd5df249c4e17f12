/** All mutants. */
import { DEVICE } from './catalogue/device.ts'
import { HUB } from './catalogue/hub.ts'
import { MERGING } from './catalogue/merging.ts'
import { READING } from './catalogue/reading.ts'
import { SENDING } from './catalogue/sending.ts'
import type { Mutant } from './mutant.ts'

export const MUTANTS: readonly Mutant[] = [...DEVICE, ...SENDING, ...READING, ...HUB, ...MERGING]
