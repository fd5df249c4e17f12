/** Finds the processes of a program with all that they started, as Linux lists them. */
import { readdirSync, readFileSync } from 'node:fs'

/** The processes that were started with this text among their arguments, and their descendants. */
export function processesWith(argument: string): readonly number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parentOf = new Map(all.map((name) => [Number(name), parentIn(read(`/proc/${name}/stat`))] as const))
  const found = new Set([...parentOf.keys()].filter((pid) => read(`/proc/${pid}/cmdline`).split('\0').includes(argument)))
  for (let before = 0; before < found.size;) {
    before = found.size
    for (const [pid, parent] of parentOf) if (found.has(parent)) found.add(pid)
  }
  return [...found]
}

/** The fourth field; the second one is the name in brackets, which may hold anything. */
const parentIn = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
