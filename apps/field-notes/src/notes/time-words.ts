/** A time of day in words: as it was written down, an offset from UTC apart. */
const PARTS = /^(.*?)(Z|[-+]\d\d:\d\d)?$/

export function showTime(time: string): string {
  const [, clock = time, offset] = PARTS.exec(time) ?? []
  return offset === undefined ? clock : `${clock} UTC${offset === 'Z' ? '' : offset}`
}
