/** All scenarios. */
import type { Scenario } from '../scenario.ts'
import { receiving } from './receiving.ts'
import { recovering } from './recovering.ts'
import { saving } from './saving.ts'
import { sending } from './sending.ts'
import { starting } from './starting.ts'

export const scenarios: readonly Scenario[] = [...saving, ...sending, ...receiving, ...recovering, ...starting]
