/**
 * What the lines of a download have in common: each is one JSON object. Lines that come from a file are not trusted: whatever does not read
 * as this store writes it is `Damaged`.
 */
import type { Json, Receipt, Refused, Stamp } from '@tombolo/core'

/** A line that no store wrote. */
export class Damaged extends Error {}

export type JsonObject = Readonly<Record<string, unknown>>

export function objectOf(text: string): JsonObject {
  const value = parsed(text)
  return isObject(value) ? value : damaged('a line is no object')
}

export const damaged = (what: string): never => {
  throw new Damaged(what)
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return damaged('a line is no JSON')
  }
}

export function textIn(line: JsonObject, member: string): string {
  const value = line[member]
  return typeof value === 'string' ? value : damaged(`${member} is no text`)
}

export const textOrNullIn = (line: JsonObject, member: string): string | null =>
  line[member] === null || line[member] === undefined ? null : textIn(line, member)

export function countIn(line: JsonObject, member: string): number {
  const value = line[member]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : damaged(`${member} is no count`)
}

export const countOrNullIn = (line: JsonObject, member: string): number | null =>
  line[member] === null || line[member] === undefined ? null : countIn(line, member)

export function flagIn(line: JsonObject, member: string): boolean {
  const value = line[member]
  return typeof value === 'boolean' ? value : damaged(`${member} is neither true nor false`)
}

/** Milliseconds since 1970, of a time as ISO 8601. */
export function timeIn(line: JsonObject, member: string): number {
  const ms = Date.parse(textIn(line, member))
  return Number.isNaN(ms) ? damaged(`${member} is no time`) : ms
}

export const timeOrNullIn = (line: JsonObject, member: string): number | null =>
  line[member] === null || line[member] === undefined ? null : timeIn(line, member)

export const timeText = (ms: number): string => new Date(ms).toISOString()
export const timeTextOrNull = (ms: number | null): string | null => (ms === null ? null : timeText(ms))

export function receiptIn(line: JsonObject): Receipt | null {
  const receipt = line['receipt']
  if (receipt === null || receipt === undefined) return null
  if (!isObject(receipt)) return damaged('a receipt is no object')
  const { effectiveStamp, hubStamp } = { effectiveStamp: countIn(receipt, 'effectiveStamp'), hubStamp: countIn(receipt, 'hubStamp') }
  const times = { effectiveStamp: effectiveStamp as Stamp, hubStamp: hubStamp as Stamp, mac: textIn(receipt, 'mac') }
  return receipt['unverified'] === true ? { ...times, unverified: true } : times
}

export function refusedIn(line: JsonObject): Refused | null {
  const refused = line['refused']
  if (refused === null || refused === undefined) return null
  if (!isObject(refused)) return damaged('a reason is no object')
  const field = textOrNullIn(refused, 'field')
  return { code: textIn(refused, 'code'), message: textIn(refused, 'message'), ...(field === null ? {} : { field }) }
}

/** A member that came from `JSON.parse`. */
export const jsonIn = (line: JsonObject, member: string): Json => (line[member] ?? null) as Json
