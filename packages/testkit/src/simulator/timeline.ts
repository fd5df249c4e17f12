/** A run as lines for a person: when, since the beginning, who, and what. */
import type { Line } from './trace.ts'

const WIDTH = 220

export function timelineOf(lines: readonly Line[]): string {
  const start = lines[0]?.atMs ?? 0
  const longest = Math.max(...lines.map(({ who }) => who.length))
  return lines.map(({ atMs, who, what }) => `${since(atMs - start)}  ${who.padEnd(longest)}  ${what.slice(0, WIDTH)}`).join('\n')
}

function since(ms: number): string {
  const day = Math.floor(ms / (24 * 3_600_000))
  return `day ${day} ${new Date(ms).toISOString().slice(11, 23)}`
}
