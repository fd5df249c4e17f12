/**
 * Shapes of values, for every type that a field may have: what people type, in several lengths and scripts, what forms and devices give, and
 * the formats that apps ask for. A field gets its values from those shapes that its checks let through (source.ts).
 */
import { mintRecordId, type Json, type RecordId, type ValueType } from '@tombolo/core'
import type { Dice } from '../../simulator/random.ts'

/** A record of a collection that somebody has on the screen; null: none. */
export type Known = (collection: string) => RecordId | null

export type Shape = (dice: Dice, known: Known) => Json

export function shapesOf(type: ValueType): readonly Shape[] {
  switch (type.type) {
    case 'string':
      return STRINGS
    case 'number':
      return [...WHOLES, ...FRACTIONS]
    case 'integer':
      return WHOLES
    case 'boolean':
      return [(dice) => dice.chance(0.5)]
    case 'date':
      return DATES
    case 'localDateTime':
      return MOMENTS
    case 'oneOf':
      return [(dice) => dice.pick(type.values)]
    case 'ref':
      // A reference may point at nothing: the other record has not arrived, or was deleted.
      return [(dice, known) => known(type.collection) ?? mintRecordId(REF_MS + dice.below(DAY_MS), dice.bytes)]
    case 'json':
      return [(dice) => jsonOf(dice, 3), (dice) => Array.from({ length: dice.below(4) }, () => jsonOf(dice, 1)), (dice) => wordOf(dice)]
  }
}

const DAY_MS = 86_400_000
const REF_MS = Date.UTC(2026, 0, 1)

// ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const WHOLES: readonly Shape[] = [
  () => 0,
  (dice) => dice.below(2),
  (dice) => 1 + dice.below(10),
  (dice) => dice.below(101),
  (dice) => 40 + dice.below(200),
  (dice) => dice.below(10_000),
  (dice) => 1900 + dice.below(200),
  (dice) => -1 - dice.below(100),
  (dice) => dice.below(10 ** 9),
  (dice) => REF_MS + dice.below(10 ** 9),
  (dice) => Math.floor(REF_MS / 1000) + dice.below(10 ** 6),
]
const FRACTIONS: readonly Shape[] = [
  (dice) => decimals(dice.roll(), 3),
  (dice) => decimals(dice.roll() * 10, 1),
  (dice) => decimals(dice.roll() * 100, 2),
  (dice) => decimals(34 + dice.roll() * 8, 1),
  (dice) => decimals(dice.roll() * 180 - 90, 6),
  (dice) => decimals(dice.roll() * 360 - 180, 6),
  (dice) => decimals(-dice.roll(), 3),
  (dice) => dice.roll() * 10 ** (dice.below(30) - 15),
]

const decimals = (number: number, places: number): number => Number(number.toFixed(places))

// ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

const padded = (number: number, length = 2): string => String(number).padStart(length, '0')
const yearOf = (dice: Dice): number => dice.pick([1900 + dice.below(120), 2020 + dice.below(7), 2027 + dice.below(20)])
const monthOf = (dice: Dice): string => `${yearOf(dice)}-${padded(1 + dice.below(12))}`
const dayOf = (dice: Dice): string => `${monthOf(dice)}-${padded(1 + dice.below(28))}`
const timeOf = (dice: Dice): string => `${padded(dice.below(24))}:${padded(dice.below(60))}`
const secondsOf = (dice: Dice): string => `${timeOf(dice)}:${padded(dice.below(60))}`

const DATES: readonly Shape[] = [dayOf, monthOf, (dice) => String(yearOf(dice))]
const ZONES = ['Europe/Ljubljana', 'Africa/Nairobi', 'America/Argentina/Ushuaia', 'Asia/Kolkata']
const MOMENTS: readonly Shape[] = [
  (dice) => `${dayOf(dice)}T${secondsOf(dice)}[${dice.pick(ZONES)}]`,
  (dice) => `${dayOf(dice)}T${secondsOf(dice)}+02:00`,
  (dice) => `${dayOf(dice)}T${secondsOf(dice)}.${padded(dice.below(1000), 3)}Z`,
]

// ── strings ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const LATIN = 'heron kingfisher naïve Störche œuvre żółw Ångström İstanbul the river at dawn, three of them'.split(' ')
const SCRIPTS: readonly (readonly string[])[] = [
  LATIN,
  'цапля зимородок річка на рассвете'.split(' '),
  'ερωδιός αλκυόνα ποταμός'.split(' '),
  'مالك الحزين عند النهر'.split(' '),
  'אנפה שלדג נהר'.split(' '),
  'बगुला किलकिला नदी'.split(' '),
  'นกกระสา นกกระเต็น แม่น้ำ'.split(' '),
  ['苍鹭', '翠鸟', '河边', '黎明'],
  ['アオサギ', 'カワセミ', '川辺'],
  ['왜가리', '물총새', '강가'],
  ['🪶', '👩🏽‍🔬', '🇸🇮', 'e\u0301', '1️⃣'],
]

export const wordOf = (dice: Dice): string => dice.pick(dice.pick(SCRIPTS))

/** Words of one script, as a person writes. */
export function wordsOf(dice: Dice, count: number): string {
  const script = dice.pick(SCRIPTS)
  return Array.from({ length: count }, () => dice.pick(script)).join(' ')
}

/** Each `A` becomes a capital letter, `a` a small one, `0` a digit, `x` a digit of hexadecimal numbers; the rest stays. */
const formatted =
  (format: string): Shape =>
  (dice) =>
    format.replaceAll(/[Aa0x]/g, (sign) => letterOf(dice, SIGNS[sign] ?? sign))

const letterOf = (dice: Dice, letters: string): string => letters.charAt(dice.below(letters.length))

const SIGNS: Readonly<Record<string, string>> = {
  A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  a: 'abcdefghijklmnopqrstuvwxyz',
  0: '0123456789',
  x: '0123456789abcdef',
}

const FORMATS = `A AA AAA aaa aaa-aaa aaaaaaAaaa Aaaaa Aaaa_Aaaaa aA0aA0aA0aA0 A-00 AA-000 AAA-000000 AA00
  0 00 000 0000 00000 000000 00000000 0000000000 +386_40_000_000 +38640000000 1.0.0 0.0000 000.00
  aaaaa@example.org https://example.org/aaaa/0000 example.org 10.0.0.0 /aaa/aaa.aaa #xxxxxx xxxxxxxxxxxxxxxx aa-AA
  xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx 00:00 46.0000,14.0000 AA00000000000000000 {"aaa":0} <b>'aaa'</b>_"aaa"_--`
  .split(/\s+/)
  .map((format) => format.replaceAll('_', ' '))

const STRINGS: readonly Shape[] = [
  () => '',
  (dice) => String.fromCodePoint(wordOf(dice).codePointAt(0) ?? 65),
  wordOf,
  (dice) => wordsOf(dice, 2),
  (dice) => wordsOf(dice, 2 + dice.below(6)),
  (dice) => `${wordsOf(dice, 8)}\n\t${wordsOf(dice, 8)}`,
  (dice) => wordsOf(dice, 60),
  (dice) => wordsOf(dice, 400),
  (dice) => dice.pick(LATIN).replaceAll(/[^a-z]/g, 'a'),
  timeOf,
  secondsOf,
  dayOf,
  (dice) => `${dayOf(dice)}T${secondsOf(dice)}Z`,
  (dice) => dice.pick(ZONES),
  ...FORMATS.map(formatted),
]

// ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

function jsonOf(dice: Dice, depth: number): NonNullable<Json> {
  const at = dice.roll()
  if (depth === 0 || at < 0.4) return dice.pick([dice.below(100), decimals(dice.roll(), 3), dice.chance(0.5), wordOf(dice)])
  const parts = Array.from({ length: dice.below(4) }, () => jsonOf(dice, depth - 1))
  return at < 0.7 ? parts : Object.fromEntries(parts.map((part, index) => [`${dice.pick(['x', 'y', 'name', 'né'])}${index}`, part]))
}
