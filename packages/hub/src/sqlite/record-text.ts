/**
 * A record's state as JSON text in which each write occurs once, because few writes wrote most fields of a record. The text is built by
 * hand for speed, since it is written for each change; names, identifiers and numbers need no escaping.
 *
 *   record    [version, [write, …], life, {field: state, …}]       write     [name, stamp, hub stamp, author, unverified?]
 *   register  [version, [awaited, …], entry, …]                    entry     [write, value, [over, …], resolves?, document?]
 *             version is [version, waiting edit, …] where edits wait; waiting edit: [name, of, update]
 *   set       {"s": version, "e": {element: register, …}}          counter   {"c": sum, "v": version}
 *
 * The value of an entry of a set is its element, so it is written as 0.
 */
import type { ConflictId, Entry, FieldState, Json, Name, RecordState, Register, Stamp, WaitingEdit } from '@tombolo/core'

export interface RecordText {
  encode(state: RecordState): string
  decode(text: string): RecordState
}

export const recordText: RecordText = { encode, decode }

// Writing

function encode({ version, life, fields }: RecordState): string {
  const writes: Entry[] = []
  const alive = registerText(life, writes, valueText)
  let text = ''
  for (const field in fields) {
    const state = fields[field]
    if (state !== undefined) text += `${text === '' ? '"' : ',"'}${field}":${fieldText(state, writes)}`
  }
  return `[${version},[${writes.map(writeText).join(',')}],${alive},{${text}}]`
}

function fieldText(state: FieldState, writes: Entry[]): string {
  switch (state.kind) {
    case 'register':
      return registerText(state, writes, valueText)
    case 'counter':
      return `{"c":${state.sum},"v":${state.version}}`
    case 'set': {
      let text = ''
      for (const key in state.elements) {
        const tags = state.elements[key]
        if (tags !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${registerText(tags, writes, noText)}`
      }
      return `{"s":${state.version},"e":{${text}}}`
    }
  }
}

function registerText({ version, awaited, entries, waiting }: Register, writes: Entry[], say: (value: Json) => string): string {
  let text = `[${waiting === undefined ? version : waitingText(version, waiting)},${namesText(awaited)}`
  for (const entry of entries) text += `,${entryText(entry, writes, say)}`
  return `${text}]`
}

function entryText(entry: Entry, writes: Entry[], say: (value: Json) => string): string {
  const { value, over, resolves, document } = entry
  const text = `[${indexOf(entry, writes)},${say(value)},${namesText(over)}`
  if (resolves === undefined && document === undefined) return `${text}]`
  return `${text},${JSON.stringify(resolves ?? null)},${JSON.stringify(document ?? null)}]`
}

const waitingText = (version: number, waiting: readonly WaitingEdit[]): string =>
  JSON.stringify([version, ...waiting.map(({ name, of, update }) => [name, of, update])])

/** The index of an entry's write. There are few writes, so a search is faster than a map. */
function indexOf(entry: Entry, writes: Entry[]): number {
  for (let index = 0; index < writes.length; index++) if (writes[index]?.name === entry.name) return index
  return writes.push(entry) - 1
}

const writeText = ({ name, stamp, hubStamp, by, unverified }: Entry): string =>
  `["${name}",${stamp},${hubStamp},${JSON.stringify(by)}${unverified === true ? ',1' : ''}]`

const namesText = (names: readonly Name[]): string => (names.length === 0 ? '[]' : `["${names.join('","')}"]`)
const valueText = (value: Json): string => JSON.stringify(value)
const noText = (): string => '0'

// Reading

type WriteTuple = readonly [Name, Stamp, Stamp, string, 1?]
type EntryTuple = readonly [number, Json, readonly Name[], (ConflictId | null)?, (string | null)?]
type WaitingTuple = readonly [number, ...(readonly [Name, Name, string])[]]
type RegisterTuple = readonly [number | WaitingTuple, readonly Name[], ...EntryTuple[]]
type SetMembers = { readonly s: number; readonly e: Readonly<Record<string, RegisterTuple>> }
type CounterMembers = { readonly c: number; readonly v: number }
type RecordTuple = readonly [
  number,
  readonly WriteTuple[],
  RegisterTuple,
  Readonly<Record<string, RegisterTuple | SetMembers | CounterMembers>>,
]

function decode(text: string): RecordState {
  const [version, writes, life, members] = JSON.parse(text) as RecordTuple
  const fields: Record<string, FieldState> = {}
  for (const field in members) {
    const member = members[field]
    if (member !== undefined) fields[field] = fieldOf(member, writes)
  }
  return { version, life: registerOf(life, writes), fields }
}

function fieldOf(member: RegisterTuple | SetMembers | CounterMembers, writes: readonly WriteTuple[]): FieldState {
  if ('c' in member) return { kind: 'counter', sum: member.c, version: member.v }
  if (!('s' in member)) return registerOf(member, writes)
  const elements: Record<string, Register> = {}
  for (const [key, tags] of Object.entries(member.e)) elements[key] = registerOf(tags, writes, JSON.parse(key) as Json)
  return { kind: 'set', elements, version: member.s }
}

function registerOf([version, awaited, ...entries]: RegisterTuple, writes: readonly WriteTuple[], element?: Json): Register {
  const register: Omit<Register, 'version'> = {
    kind: 'register',
    entries: entries.map((entry) => entryOf(entry, writes, element)),
    awaited,
  }
  if (typeof version === 'number') return { ...register, version }
  const [number, ...waiting] = version
  return { ...register, version: number, waiting: waiting.map(([name, of, update]) => ({ name, of, update })) }
}

function entryOf([index, value, over, resolves, document]: EntryTuple, writes: readonly WriteTuple[], element?: Json): Entry {
  const write = writes[index]
  if (write === undefined) throw new RangeError('a write that was not said')
  const [name, stamp, hubStamp, by, unverified] = write
  const entry: Entry = { name, value: element === undefined ? value : element, stamp, hubStamp, by, over }
  return unverified === 1 || typeof resolves === 'string' || typeof document === 'string'
    ? withRare(entry, unverified, resolves, document)
    : entry
}

function withRare(entry: Entry, unverified?: 1, resolves?: ConflictId | null, document?: string | null): Entry {
  return {
    ...entry,
    ...(typeof resolves === 'string' ? { resolves } : {}),
    ...(typeof document === 'string' ? { document } : {}),
    ...(unverified === 1 ? { unverified: true } : {}),
  }
}
