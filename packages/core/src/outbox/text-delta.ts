/**
 * Text deltas: a change of a text as one value, which can be composed, transformed against a concurrent delta, and applied to a caret.
 *
 *   a number above 0   keep so many characters          [3, 'new ', -2]  of 'the old' is 'thenew ld'
 *   a number below 0   leave so many out
 *   a string           put this in                      what follows the last part is kept
 *
 * Laws, each a property test: compose(a, b) does a, then b. Two replicas that each apply the other's delta, moved over their own, end with
 * the same text. A delta moved over another still inserts everything that it inserts, and deletes nothing that the other inserted.
 * Positions count UTF-16 code units, as an input's selection does; no delta made here cuts a surrogate pair.
 */
export type TextDelta = readonly (number | string)[]

/** The delta that changes nothing. */
export const UNCHANGED: TextDelta = []

/**
 * The text after the delta.
 * @example applyDelta('heron', ['Grey ', 'h', -1]) // 'Grey heron'
 */
export function applyDelta(text: string, delta: TextDelta): string {
  let result = ''
  let at = 0
  for (const part of delta) {
    if (typeof part === 'string') result += part
    else if (part > 0) result += text.slice(at, (at += part))
    else at -= part
  }
  return result + text.slice(at)
}

/** The delta that does `first`, then `second`. */
export function compose(first: TextDelta, second: TextDelta): TextDelta {
  const [a, b, result] = [new Reader(first), new Reader(second), new Builder()]
  while (!a.isAtEnd || !b.isAtEnd) {
    if (b.kind === 'insert') result.insert(b.takeText(b.length))
    else if (a.kind === 'drop') result.drop(a.take(a.length))
    else {
      const length = Math.min(a.length, b.length)
      const [isNew, isKept] = [a.kind === 'insert', b.kind === 'keep']
      if (isNew && isKept) result.insert(a.takeText(length))
      else if (isNew) a.take(length)
      else if (isKept) result.keep(a.take(length))
      else result.drop(a.take(length))
      b.take(length)
    }
  }
  return result.delta()
}

/**
 * Transforms `delta` so that it applies to a text that has taken `other` in the meantime. If both insert at one place, `goesFirst` says
 * that the insertion of `delta` comes first: move one of the two with true and the other with false.
 */
export function moveOver(delta: TextDelta, other: TextDelta, goesFirst: boolean): TextDelta {
  const [a, b, result] = [new Reader(delta), new Reader(other), new Builder()]
  while (!a.isAtEnd) {
    if (a.kind === 'insert' && (goesFirst || b.kind !== 'insert')) result.insert(a.takeText(a.length))
    else if (b.kind === 'insert') result.keep(b.take(b.length))
    else {
      const length = Math.min(a.length, b.length)
      if (b.kind === 'drop') a.take(length)
      else if (a.kind === 'keep') result.keep(a.take(length))
      else result.drop(a.take(length))
      b.take(length)
    }
  }
  return result.delta()
}

/** The caret's position after the delta. Text inserted at the caret goes behind it, so that the words a person is typing stay together. */
export function moveCaret(caret: number, delta: TextDelta): number {
  let at = 0
  let moved = caret
  for (const part of delta) {
    if (typeof part === 'string') {
      if (at < moved) moved += part.length
      at += part.length
    } else if (part > 0) at += part
    else moved -= Math.max(0, Math.min(-part, moved - at))
  }
  return moved
}

/** The texts between `text` and the result of `delta`: each differs from the one before in a single stretch. */
export function stepsOf(text: string, delta: TextDelta): readonly string[] {
  const steps: string[] = []
  let done = ''
  let at = 0
  for (const [index, part] of delta.entries()) {
    if (typeof part === 'string') done += part
    else if (part > 0) done += text.slice(at, (at += part))
    else at -= part
    const next = delta[index + 1]
    const isStretchOver = (typeof part === 'string' || part < 0) && (next === undefined || (typeof next === 'number' && next > 0))
    if (isStretchOver) steps.push(done + text.slice(at))
  }
  return steps
}

/** The delta that replaces the whole text. */
export const replaced = (before: string, after: string): TextDelta => new Builder().insert(after).drop(before.length).delta()

type Kind = 'keep' | 'drop' | 'insert'

/** Reads a delta in pieces of any length; after its end, everything is kept. */
class Reader {
  readonly #delta: TextDelta
  #index = 0
  #offset = 0

  constructor(delta: TextDelta) {
    this.#delta = delta
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#delta.length
  }

  get kind(): Kind {
    const part = this.#delta[this.#index]
    if (typeof part === 'string') return 'insert'
    return part === undefined || part > 0 ? 'keep' : 'drop'
  }

  /** The length that is left of the current part. */
  get length(): number {
    const part = this.#delta[this.#index]
    if (part === undefined) return Number.POSITIVE_INFINITY
    return (typeof part === 'string' ? part.length : Math.abs(part)) - this.#offset
  }

  take(length: number): number {
    if (length < this.length) this.#offset += length
    else {
      this.#index++
      this.#offset = 0
    }
    return length
  }

  takeText(length: number): string {
    const part = this.#delta[this.#index]
    const text = typeof part === 'string' ? part.slice(this.#offset, this.#offset + length) : ''
    this.take(length)
    return text
  }
}

/** Builds a delta in its normal form: as few parts as possible, insertions before deletions, no trailing keep. */
export class Builder {
  readonly #parts: (number | string)[] = []

  keep(length: number): this {
    const last = this.#parts.at(-1)
    if (length <= 0) return this
    if (typeof last === 'number' && last > 0) this.#parts[this.#parts.length - 1] = last + length
    else this.#parts.push(length)
    return this
  }

  drop(length: number): this {
    const last = this.#parts.at(-1)
    if (length <= 0) return this
    if (typeof last === 'number' && last < 0) this.#parts[this.#parts.length - 1] = last - length
    else this.#parts.push(-length)
    return this
  }

  insert(text: string): this {
    if (text === '') return this
    const dropped = this.#parts.at(-1)
    const isAfterDrop = typeof dropped === 'number' && dropped < 0
    if (isAfterDrop) this.#parts.pop()
    const last = this.#parts.at(-1)
    if (typeof last === 'string') this.#parts[this.#parts.length - 1] = last + text
    else this.#parts.push(text)
    if (isAfterDrop) this.#parts.push(dropped)
    return this
  }

  delta(): TextDelta {
    const last = this.#parts.at(-1)
    return typeof last === 'number' && last > 0 ? this.#parts.slice(0, -1) : this.#parts
  }
}
