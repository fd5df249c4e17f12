/** All elements except the chip: none of them is visible before a person asks. */
export { TomboloConflicts } from './conflicts.ts'
export { TomboloFailed } from './failed.ts'
export { TomboloHistory } from './history.ts'
export { TomboloOutbox } from './outbox.ts'
export { TomboloSheet } from './sheet.ts'
