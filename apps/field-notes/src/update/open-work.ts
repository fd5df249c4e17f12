/**
 * Work that a reload would cut off holds a lock, in whichever tab it runs; a reload is only made while nobody holds it. Notes need none:
 * each letter of theirs is on disk, or asks for itself (unsaved.ts).
 */
const LOCK = 'field-notes: open work'

export async function whileWorking<T>(work: () => Promise<T>): Promise<T> {
  return await navigator.locks.request(LOCK, { mode: 'shared' }, work)
}

/** Whether any tab would lose something by a reload. */
export async function isWorkOpen(): Promise<boolean> {
  return await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock === null)
}
