/** Whether everything of this app is being removed from this device. From then on nothing may be read from the store any more. */
import { Cell, useCell } from '../cell.ts'

const isRemoving = new Cell(false)

export const useRemoving = (): boolean => useCell(isRemoving)
export const beginRemoving = (): void => isRemoving.set(true)
