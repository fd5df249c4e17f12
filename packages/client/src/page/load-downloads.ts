/** Loads what a download takes on the page. */
import { loadPart } from '../platform/load-part.ts'
import { orTomboloError } from './errors.ts'

/** @throws TomboloError `store.part` */
export const loadDownloads = (): Promise<typeof import('../export/downloads.ts')> =>
  orTomboloError(loadPart(() => import('../export/downloads.ts')))
