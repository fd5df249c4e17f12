/**
 * Whether this run can be compared: its raw figures beside those that the goals were set on. A raw figure that is far off means another
 * machine, a busy one, or a raw limit that is no limit; ratios of such a run count for nothing.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { newDirectory } from './directory.ts'
import type { Figure } from './figure.ts'
import { median } from './measure.ts'

/** Node 20, two cores of an AMD EPYC, ext4: CPU of the raw limits. */
const RAW_MICROS: Readonly<Record<string, number>> = { R1: 9.8, R2: 133, R3point: 8.9, R3query: 242, R4: 327, R6: 27.8 }
const FAR_OFF = 1.3
const SYNCS = 200

export function machineNotes(figures: readonly Figure[]): readonly string[] {
  const [processor] = cpus()
  const floor = `this machine: ${cpus().length} × ${processor?.model ?? 'unknown'}, Node ${process.version}; flush of 4 KiB ${flushMs().toFixed(2)} ms`
  const off = figures.filter(isFarOff).map(({ key, raw }) => `${key} ${raw.toFixed(1)} µs, not ${RAW_MICROS[key]}`)
  if (off.length === 0) return [floor]
  return [floor, `VOID on a comparable machine: raw is more than ${FAR_OFF} × off its documented figure (${off.join('; ')}).`]
}

function isFarOff({ key, raw }: Figure): boolean {
  const documented = RAW_MICROS[key]
  return documented !== undefined && (raw > documented * FAR_OFF || raw < documented / FAR_OFF)
}

/** The median of a durable append. */
function flushMs(): number {
  const file = openSync(join(newDirectory(), 'floor'), 'a')
  const page = new Uint8Array(4096)
  const times = Array.from({ length: SYNCS }, () => {
    const startedAtMs = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return performance.now() - startedAtMs
  })
  closeSync(file)
  return median(times)
}
