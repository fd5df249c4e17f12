/**
 * Whether this run can be compared: its raw figures beside those that the goals were set on. A raw limit that costs more than it did
 * there makes every ratio look better than it is: the machine is slower or busy, or the raw limit is none. One that costs less makes
 * every ratio harder to reach, which takes nothing from those that were reached.
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
  return [floor, ...rawNotes(figures)]
}

function rawNotes(figures: readonly Figure[]): readonly string[] {
  const said = (isFarOff: (factor: number) => boolean): string => {
    const off = figures.filter(({ key, raw }) => isFarOff(raw / (RAW_MICROS[key] ?? raw)))
    return off.map(({ key, raw }) => `${key} ${raw.toFixed(1)} µs, there ${RAW_MICROS[key]}`).join('; ')
  }
  const dearer = said((factor) => factor > FAR_OFF)
  const cheaper = said((factor) => factor < 1 / FAR_OFF)
  const notes: string[] = []
  if (dearer !== '')
    notes.push(
      `VOID: raw costs more than ${FAR_OFF} × what it did where the goals were set (${dearer}): a slower or a busy machine, and ratios to such a raw flatter us.`,
    )
  if (cheaper !== '')
    notes.push(
      `Raw costs less than where the goals were set (${cheaper}): ratios to a cheaper raw are harder to reach, so those that are reached count.`,
    )
  return notes
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
