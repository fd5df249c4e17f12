/** Everything but the chip: what nobody sees before they ask for it. */
export { TomboloConflicts } from './conflicts.ts'
export { TomboloFailed } from './failed.ts'
export { TomboloHistory } from './history.ts'
export { TomboloOutbox } from './outbox.ts'
export { TomboloSheet } from './sheet.ts'
