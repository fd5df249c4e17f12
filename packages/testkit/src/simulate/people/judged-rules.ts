/**
 * Custom rules, judged as they are used. A rule must be a pure function of the concurrent writes, whatever their order; else devices that hold
 * the same writes show different values, and no amount of syncing brings them together.
 *
 *   asked again          chance, and what it remembers of earlier calls
 *   on another day       the clock
 *   the other way round  the order; there numbers may differ as much as sums of fractions do
 */
import { type Candidate, canonicalJson, type FieldDefinition, type Json, type SchemaDefinition } from '@tombolo/core'
import { mapFields } from './map-fields.ts'
import { firstFault } from './source.ts'

type Choose = (candidates: readonly Candidate[]) => Json

export class JudgedRules {
  readonly #faults = new Map<string, string>()

  /** The schema, with its custom rules under watch. */
  watched(schema: SchemaDefinition): SchemaDefinition {
    return mapFields(schema, (field, collection, name) => this.#watchedField(field, `${collection}.${name}`))
  }

  /** What was found since it was last asked, in words. */
  take(): string | null {
    const found = [...this.#faults.values()]
    this.#faults.clear()
    return found.length === 0 ? null : found.join('\n')
  }

  #watchedField(field: FieldDefinition, name: string): FieldDefinition {
    if (!('rule' in field) || field.rule.type !== 'custom') return field
    const { choose } = field.rule
    const watched: Choose = (candidates) => {
      if (this.#faults.has(name)) return candidates[0]?.value ?? null
      const { shown, fault } = judged(field, choose, candidates)
      if (fault !== null) this.#faults.set(name, `the custom rule of ${name} ${fault}, for ${inWords(candidates)}`)
      return shown
    }
    return { ...field, rule: { type: 'custom', choose: watched } }
  }
}

interface Judged {
  readonly shown: Json
  readonly fault: string | null
}

function judged(field: FieldDefinition, choose: Choose, candidates: readonly Candidate[]): Judged {
  try {
    // A rule in JavaScript may give nothing.
    const shown = choose(candidates) as Json | undefined
    if (shown === undefined) return { shown: null, fault: 'gives undefined' }
    return { shown, fault: misfitOf(field, shown) ?? impurityOf(choose, candidates, shown) }
  } catch (error) {
    return { shown: candidates[0]?.value ?? null, fault: `throws ${String(error)}` }
  }
}

/** Checks are not asked: they judge what people write. */
function misfitOf(field: FieldDefinition, shown: Json): string | null {
  const refusal = 'checks' in field ? firstFault({ ...field, checks: [] }, shown) : null
  return refusal === null ? null : `gives ${inWords(shown)}, which the field cannot hold (${refusal.code})`
}

function impurityOf(choose: Choose, candidates: readonly Candidate[], shown: Json): string | null {
  const again = choose(candidates)
  const later = onAnotherDay(() => choose(candidates))
  const reversed = choose(candidates.toReversed())
  if (isSame(again, shown) && isSame(later, shown) && isNearly(reversed, shown)) return null
  const others = [again, ...Array.from({ length: TIMES }, () => choose(candidates))]
  const other = others.find((value) => !isSame(value, shown))
  if (other !== undefined) return `is no function of the writes: it gave ${inWords(shown)}, and ${inWords(other)}`
  return isSame(later, shown)
    ? `depends on the order: it gave ${inWords(shown)}, and the other way round ${inWords(reversed)}`
    : `depends on the clock: it gave ${inWords(shown)}, and on another day ${inWords(later)}`
}

/** Chance gives the same now and then. */
const TIMES = 20

const isSame = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b)
/** Values may be long. */
const inWords = (value: unknown): string => JSON.stringify(value).slice(0, 300)

const DAYS_MS = 400.3 * 86_400_000

function onAnotherDay<T>(run: () => T): T {
  const Today = globalThis.Date
  globalThis.Date = class extends Today {
    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [Today.now() + DAYS_MS] : given) as [number]))
    }
    static override now(): number {
      return Today.now() + DAYS_MS
    }
  } as DateConstructor
  try {
    return run()
  } finally {
    globalThis.Date = Today
  }
}

const NEARLY = 1e-9

function isNearly(a: Json, b: Json): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= NEARLY * Math.max(1, Math.abs(a), Math.abs(b))
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, Json>>]
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && isNearly(value as Json, right[key] ?? null))
  )
}
