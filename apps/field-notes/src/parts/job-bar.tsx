/** How far an import has come. */
import { useJob } from '../notes/job.ts'
import { figure } from '../words.ts'
import { Button } from './button.tsx'

export function JobBar() {
  const job = useJob()
  if (job === null) return null
  return (
    <div class="notice job">
      <label>
        <span>
          {job.label}: {figure(job.done)} of {figure(job.total)}
        </span>
        <progress value={job.done} max={job.total} />
      </label>
      <Button look="plain" onClick={job.stop}>
        Stop
      </Button>
    </div>
  )
}
