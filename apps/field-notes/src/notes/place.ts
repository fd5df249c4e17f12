/** A place on the Earth, as a person types it and as it is shown. */
import type { Place } from './note.ts'

/** A tenth of a metre: nobody reads on. */
const DIGITS = 6

export type DegreesReading = { readonly ok: true; readonly degrees: number | null } | { readonly ok: false; readonly reason: string }

export const readLatitude = (text: string): DegreesReading => readDegrees(text, 'NS')
export const readLongitude = (text: string): DegreesReading => readDegrees(text, 'EW')

/** `46.0569`, `46,0569`, `-14.5`, `14.5 W`, `46.05°`; nothing is null. How far they go the schema says. */
function readDegrees(text: string, letters: string): DegreesReading {
  const written = text.trim().replace('−', '-')
  if (written === '') return { ok: true, degrees: null }
  const parts = /^([+-]?\d{1,3}(?:[.,]\d*)?)\s*°?\s*([A-Za-z]?)$/.exec(written)
  const letter = parts?.[2]?.toUpperCase() ?? ''
  const degrees = Number(parts?.[1]?.replace(',', '.')) * (letter !== '' && letter === letters[1] ? -1 : 1)
  if (parts === null || !letters.includes(letter)) return { ok: false, reason: 'Write degrees as a decimal number, such as 46.0569.' }
  return { ok: true, degrees }
}

/** '46.0569, 14.5058 (± 8 m)' */
export function placeWords({ lat, lon, accuracy }: Place): string {
  const where = `${shortDegrees(lat)}, ${shortDegrees(lon)}`
  return accuracy === null ? where : `${where} (± ${metres(accuracy)})`
}

/** What is said beside a place that the device has measured; null for one that was typed. */
export const accuracyWords = (place: Place | null): string | null =>
  place === null || place.accuracy === null ? null : `Measured by a device, ± ${metres(place.accuracy)}.`

const metres = (accuracy: number): string => `${Math.max(1, Math.round(accuracy))} m`

export const shortDegrees = (degrees: number): string => String(Number(degrees.toFixed(DIGITS)))
