/** A run as lines for a person: when, since the beginning, who, and what; and of these, the few that tell why it failed. */
import type { Line } from './trace.ts'

const WIDTH = 220
const CONCERNED_MAX = 40
/** What a device that is named did last. */
const LAST = 8

export function timelineOf(lines: readonly Line[]): string {
  const start = lines[0]?.atMs ?? 0
  const longest = Math.max(...lines.map(({ who }) => who.length))
  return lines.map(({ atMs, who, what }) => `${since(atMs - start)}  ${who.padEnd(longest)}  ${what.slice(0, WIDTH)}`).join('\n')
}

/**
 * The last lines that concern a failure: those that name what its message names, changes of the records that it names, and what befell the
 * devices in them, the hub and the world.
 */
export function concernedBy(lines: readonly Line[], message: string): readonly Line[] {
  const named = new Set(message.match(NAME) ?? [])
  const names = new Set([
    ...named,
    ...lines.filter((line) => isSave(line) && namesAny(line, named)).flatMap(({ what }) => what.match(SAVED) ?? []),
  ])
  const direct = new Set(lines.filter((line) => namesAny(line, names)))
  for (const line of lines.filter(({ who, what }) => message.includes(who) && !ROUTINE.test(what)).slice(-LAST)) direct.add(line)
  const people = new Set([...direct].map(({ who }) => who))
  const isEvent = ({ who, what }: Line): boolean => EVENT.test(what) && (people.has(who) || !who.includes('-'))
  return lines.filter((line) => direct.has(line) || isEvent(line)).slice(-CONCERNED_MAX)
}

/** Ids of records and spaces, and of intents, alone or at the beginning of a name. */
const NAME = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![\w-])[\w-]{14}(?![\w-])/g
const SAVED = /(?<=^write )[\w-]{14}(?=:)/g
const ROUTINE = /^(?:asks )?(?:hello|poll)/
const EVENT = /^(?:meets|is |hears|has \d|reports|backs|old backup|restart|tombstones|swizzle)/

const isSave = ({ what }: Line): boolean => /^(?:write|retry|discard|amend) /.test(what)

function namesAny({ what }: Line, names: ReadonlySet<string>): boolean {
  for (const name of names) if (what.includes(name)) return true
  return false
}

function since(ms: number): string {
  const day = Math.floor(ms / (24 * 3_600_000))
  return `day ${day} ${new Date(ms).toISOString().slice(11, 23)}`
}
