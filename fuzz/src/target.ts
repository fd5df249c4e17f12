/** What a fuzzer throws inputs at. */

export interface Target {
  /** Also the folder of its corpus. */
  readonly name: string
  /** Inputs that are well formed, to begin with. */
  readonly seeds: () => readonly Uint8Array[]
  /** Runs one input. @throws where a promise is broken: that is a finding. Bad input is refused with a value, never with an exception. */
  readonly run: (input: Uint8Array) => void | Promise<void>
}

export class Finding extends Error {
  override readonly name = 'Finding'
}

/** States what must hold of every input. */
export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Finding(what)
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

export const textOf = (input: Uint8Array): string => decoder.decode(input)
export const bytesOf = (text: string): Uint8Array => encoder.encode(text)
export const bytesOfJson = (value: unknown): Uint8Array => bytesOf(JSON.stringify(value))

/** The JSON of an input; undefined if it has none. */
export function jsonOf(input: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(input)) as unknown
  } catch {
    return undefined
  }
}
