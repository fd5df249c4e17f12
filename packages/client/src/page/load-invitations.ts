/** Loads what an invitation takes on the page. */
import { loadPart } from '../platform/load-part.ts'
import { orTomboloError } from './errors.ts'

/** @throws TomboloError `store.part` */
export const loadInvitations = (): Promise<typeof import('./invitations.ts')> => orTomboloError(loadPart(() => import('./invitations.ts')))
