import { readFileSync } from 'node:fs'

/** The most memory that a process ever held, in MiB (proc(5), `VmHWM`). */
export function peakMibOf(pid: number): number {
  const kib = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kib) / 1024)
}
