/** How far an import has come. */
import { useJob } from '../notes/job.ts'
import { Button } from './button.tsx'

const number = new Intl.NumberFormat()

export function JobBar() {
  const job = useJob()
  if (job === null) return null
  return (
    <div class="notice job">
      <label>
        <span>
          {job.label}: {number.format(job.done)} of {number.format(job.total)}
        </span>
        <progress value={job.done} max={job.total} />
      </label>
      <Button look="plain" onClick={job.stop}>
        Stop
      </Button>
    </div>
  )
}
