/** Last writer wins by hand: per row one clock for each field. Numbers in typed arrays, or strings in a map. It must not import Tombolo. */
export interface RegisterWrite {
  readonly row: number
  readonly field: number
  readonly clock: number
  readonly value: string
}

export function mergeNumbers(rows: number, fields: number, writes: readonly RegisterWrite[]): readonly string[] {
  const clocks = new Float64Array(rows * fields)
  const values: string[] = Array.from({ length: rows * fields }, () => '')
  for (const { row, field, clock, value } of writes) {
    const at = row * fields + field
    if (clock <= (clocks[at] ?? 0)) continue
    clocks[at] = clock
    values[at] = value
  }
  return values
}

export interface NamedWrite {
  readonly record: string
  readonly field: string
  readonly clock: string
  readonly value: string
}

export function mergeStrings(writes: readonly NamedWrite[]): ReadonlyMap<string, NamedWrite> {
  const kept = new Map<string, NamedWrite>()
  for (const write of writes) {
    const key = `${write.record}/${write.field}`
    const before = kept.get(key)
    if (before === undefined || write.clock > before.clock) kept.set(key, write)
  }
  return kept
}
