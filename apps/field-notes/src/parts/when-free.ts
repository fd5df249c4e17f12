/** Does a long work, unless another one is running: there is one at a time. */
import { isJobRunning } from '../notes/job.ts'
import { attempt, say } from './notice.tsx'

export function whenFree(work: () => Promise<void>): void {
  if (isJobRunning()) say({ text: 'Something else is still running. Try again when it is done.', isError: true })
  else attempt(work)
}
