/** The report in words, for those who decide what an app should do. */
import { LIFE_FIELD } from '@tombolo/core'
import type { FieldFigures, RefusalFigures, SimulationReport, Spread } from './report.ts'

/** What `tombolo simulate` prints. */
export function reportInWords(report: SimulationReport): string {
  const { seeds, deviceDays, edits } = report
  return [
    `${many(seeds, 'seed')}, ${many(deviceDays, 'device-day')}, ${many(edits, 'edit')}.`,
    ...outcome(report),
    ...fieldTable(report.fields),
    ...refusals(report),
    ...lost(report),
    ...sizes(report),
  ].join('\n')
}

function outcome({ failures, failing, seeds }: SimulationReport): readonly string[] {
  if (failures === 0)
    return ['Converged: in every seed all devices and the hub ended with the same records, which are those that the schema says.']
  return [
    `FAILED: ${failures} of ${many(seeds, 'seed')}.`,
    ...failing.slice(0, SHOWN).map(({ seed, message }) => `  seed ${seed}  ${message.slice(0, MESSAGE).replaceAll('\n', '\n    ')}`),
    ...(failures > SHOWN ? [`  and ${failures - SHOWN} more`] : []),
  ]
}

const SHOWN = 10
const MESSAGE = 2000

function fieldTable(fields: readonly FieldFigures[]): readonly string[] {
  if (fields.length === 0) return []
  const rows = fields.map(({ field, rule, writes, met, merged, asked }) => [
    field.endsWith(`.${LIFE_FIELD}`) ? `${field.slice(0, -LIFE_FIELD.length - 1)}, deleted` : field,
    rule,
    count(writes),
    count(met),
    count(merged),
    count(asked),
    writes === 0 ? '-' : ((asked / writes) * 1000).toFixed(1),
  ])
  return [
    '',
    'People who wrote the same field, and had not seen each other (met):',
    ...table(['field', 'rule', 'edits', 'met', 'merged', 'for a person', 'per 1,000 edits'], rows, 2),
  ]
}

const BY: Readonly<Record<RefusalFigures['by'], string>> = {
  device: 'at once, on the device',
  hub: 'later, by the hub',
  planted: 'later, on purpose',
}

function refusals({ refusals: all, mended }: SimulationReport): readonly string[] {
  if (all.length === 0) return []
  const rows = all.map(({ by, code, field, times }) => [BY[by], code, field === '' ? '-' : field, count(times)])
  return [
    '',
    'Refused (on purpose: the simulated hub refuses some of what devices allow):',
    ...table(['when', 'code', 'field', 'times'], rows, 3),
    `  What a hub refused stayed with its author, who ${many(mended.retry, 'time')} sent it again, ${count(mended.amend)} corrected it, and ${count(mended.discard)} gave it up.`,
  ]
}

function lost({ failures, lost: seeds, kept: { saves, givenUp, withTheirDisk } }: SimulationReport): readonly string[] {
  const what = seeds > 0 ? `work in ${many(seeds, 'seed')}` : failures > 0 ? 'nothing, as far as the seeds that failed came' : 'nothing'
  return [
    '',
    `Lost: ${what}. A save is lost if its person was told that it is saved, it is neither with the hub nor on a device, and nobody gave it up.`,
    ...(saves === 0
      ? []
      : [
          `  ${many(saves, 'save')}: ${count(givenUp)} given up by their authors; ${count(withTheirDisk)} on one disk only, which was wiped or set back to an older copy.`,
        ]),
  ]
}

function sizes({ sizes: all }: SimulationReport): readonly string[] {
  if (all === null) return []
  const { record, text, textTimes, perChange, outboxBytes, outboxChanges, hubPerChange } = all
  return [
    '',
    'Sizes:',
    `  a record with all that merging needs: ${spread(record)}; each change adds ${count(perChange)} bytes beside the values`,
    ...(text.largest === 0 ? [] : [`  a text with its history of letters: ${spread(text)}; ${textTimes.toFixed(1)} times what it shows`]),
    `  the greatest outbox: ${many(outboxChanges, 'change')}, ${count(outboxBytes)} bytes`,
    `  the hub: ${count(hubPerChange)} bytes for each change`,
  ]
}

const spread = ({ median, p99, largest }: Spread): string =>
  `median ${count(median)} bytes, 99 % below ${count(p99)}, largest ${count(largest)}`

const count = (number: number): string => number.toLocaleString('en')
const many = (number: number, noun: string): string => `${count(number)} ${noun}${number === 1 ? '' : 's'}`

/** Columns from `numbersFrom` on stand to the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): readonly string[] {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (column < numbersFrom ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`
  return [heads, ...rows].map((row) => line(row).trimEnd())
}
