/**
 * Makes inputs out of inputs. Bytes are flipped, cut, repeated and spliced; JSON is changed as a tree, so that what is made still gets
 * past the parser: a member is replaced by a nasty value or by a piece of another input, left out, repeated, or nested.
 */
import type { Dice } from './dice.ts'
import { bytesOfJson, jsonOf } from './target.ts'

const INPUT_BYTES_MAX = 64 * 1024
const PLACE = '\0here\0'

/** Values that decoders have fallen over, here and elsewhere. */
const NASTY: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  -0,
  0.5,
  1e308,
  2 ** 31,
  2 ** 52,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  '',
  'A',
  '\u0000',
  '\uD800',
  '\u202E',
  'e\u0301',
  '__proto__',
  'constructor',
  'toString',
  '\u{1F9ED}'.repeat(40),
  'x'.repeat(5000),
  'AAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAA',
  [],
  [[]],
  {},
  { length: 3 },
  { toJSON: 1 },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
]

/** An input like `one`, with pieces of `other`. */
export function mutated(one: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  let input = one
  for (let times = 1 + dice.nat(4); times > 0; times -= 1) input = mutatedOnce(input, other, dice)
  return input.subarray(0, INPUT_BYTES_MAX)
}

function mutatedOnce(one: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  const tree = dice.nat(4) === 0 ? undefined : jsonOf(one)
  if (tree === undefined) return mutatedBytes(one, other, dice)
  const otherTree = jsonOf(other)
  return bytesOfJson(mutatedTree(tree, otherTree === undefined ? tree : otherTree, dice))
}

// ── trees ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Path = readonly (string | number)[]

function mutatedTree(tree: unknown, other: unknown, dice: Dice): unknown {
  const path = dice.pick(pathsOf(tree))
  const piece = at(other, dice.pick(pathsOf(other)))
  const member = at(tree, path)
  switch (dice.nat(8)) {
    case 0:
    case 1:
      return replaced(tree, path, dice.pick(NASTY))
    case 2:
      return replaced(tree, path, piece)
    case 3:
      return replaced(tree, path, varied(member, dice))
    case 4:
      return without(tree, path)
    case 5:
      return Array.isArray(member)
        ? replaced(tree, path, [...(member as unknown[]), ...(member as unknown[])])
        : replaced(tree, path, piece)
    case 6:
      return Array.isArray(member) ? replaced(tree, path, shuffled(member, dice)) : replaced(tree, path, [member])
    default:
      return nested(tree, path, dice.pick([2, 10, 33, 70]))
  }
}

/** Every place in a tree, itself first. Bounded: a fuzzer's own inputs grow too. */
function pathsOf(tree: unknown, path: Path = [], found: Path[] = []): readonly Path[] {
  if (found.length >= 400 || path.length > 40) return found
  found.push(path)
  if (Array.isArray(tree)) tree.forEach((member, index) => pathsOf(member, [...path, index], found))
  else if (isObject(tree)) for (const [key, member] of Object.entries(tree)) pathsOf(member, [...path, key], found)
  return found
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

function at(tree: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return tree
  return isObject(tree) && Object.hasOwn(tree, step) ? at(tree[step as string], rest) : undefined
}

function replaced(tree: unknown, [step, ...rest]: Path, member: unknown): unknown {
  if (step === undefined) return member
  if (Array.isArray(tree)) return tree.map((inner: unknown, index) => (index === step ? replaced(inner, rest, member) : inner))
  if (!isObject(tree)) return tree
  return Object.fromEntries(Object.entries(tree).map(([key, inner]) => [key, key === step ? replaced(inner, rest, member) : inner]))
}

function without(tree: unknown, path: Path): unknown {
  const last = path.at(-1)
  if (last === undefined) return null
  const parent = at(tree, path.slice(0, -1))
  if (Array.isArray(parent)) return replaced(tree, path.slice(0, -1), parent.toSpliced(Number(last), 1))
  const { [last]: _, ...rest } = parent as Readonly<Record<string | number, unknown>>
  return replaced(tree, path.slice(0, -1), rest)
}

function varied(member: unknown, dice: Dice): unknown {
  if (typeof member === 'number') return dice.pick([member + 1, member - 1, -member, member * 2, member + 0.5, member + 2 ** 31])
  if (typeof member !== 'string' || member.length === 0) return [member, member]
  const cut = dice.nat(member.length)
  return dice.pick([
    member.slice(0, cut),
    member.slice(cut),
    member + member,
    member.slice(0, cut) + dice.pick(['-', '_', '=', ' ', '\0', 'é', '\uDC00']) + member.slice(cut + 1),
  ])
}

const shuffled = (items: readonly unknown[], dice: Dice): readonly unknown[] =>
  items
    .map((item) => ({ item, key: dice.nat(1000) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)

/** Written as text, because nesting this deep is made of brackets, not of objects. */
function nested(tree: unknown, path: Path, depth: number): unknown {
  const text = JSON.stringify(replaced(tree, path, PLACE)) ?? 'null'
  const inner = JSON.stringify(at(tree, path)) ?? 'null'
  return JSON.parse(text.replace(JSON.stringify(PLACE), () => '['.repeat(depth) + inner + ']'.repeat(depth))) as unknown
}

// ── bytes ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

function mutatedBytes(one: Uint8Array, other: Uint8Array, dice: Dice): Uint8Array {
  const from = dice.nat(one.length)
  const length = 1 + dice.nat(Math.min(64, one.length))
  const piece = other.subarray(dice.nat(other.length)).subarray(0, length)
  switch (dice.nat(6)) {
    case 0:
      return changed(one, from, (byte) => byte ^ (1 << dice.nat(8)))
    case 1:
      return changed(one, from, () => dice.pick([0, 0x22, 0x5b, 0x5d, 0x7f, 0x80, 0xff, 0x1f, 0x8b]))
    case 2:
      return joined(one.subarray(0, from), one.subarray(from + length))
    case 3:
      return joined(one.subarray(0, from), piece, one.subarray(from))
    case 4:
      return joined(one.subarray(0, from), one.subarray(from, from + length), one.subarray(from))
    default:
      return one.subarray(0, from)
  }
}

function changed(bytes: Uint8Array, index: number, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const byte = copy[index]
  if (byte !== undefined) copy[index] = change(byte)
  return copy
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
