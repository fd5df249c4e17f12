/** The questions that can be asked from several places: one at a time. */
import { Cell, useCell } from '../cell.ts'
import { later } from './later.tsx'

const ExportDialog = later(() => import('./export-dialog.tsx').then((part) => part.ExportDialog))
const SampleDialog = later(() => import('./sample-dialog.tsx').then((part) => part.SampleDialog))

type Asked = 'export' | 'sample' | null

const asked = new Cell<Asked>(null)

export const askFor = asked.set

const close = (): void => askFor(null)

export function Dialogs() {
  switch (useCell(asked)) {
    case 'export':
      return <ExportDialog onClose={close} />
    case 'sample':
      return <SampleDialog onClose={close} />
    case null:
      return null
  }
}
