/** Asks the device where it is, once. Whoever refuses, or has no reception, types the place. */
import type { Place } from '../notes/note.ts'

export type Located = { readonly ok: true; readonly place: Place } | { readonly ok: false; readonly reason: string }

/** Satellites without help from a network take their time. */
const PATIENCE_MS = 60_000

export function locate(): Promise<Located> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve({ ok: false, reason: 'This device cannot tell where it is. Type the place instead.' })
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude: lat, longitude: lon, accuracy } }) => resolve({ ok: true, place: { lat, lon, accuracy } }),
      ({ code }) => resolve({ ok: false, reason: REASONS[code] ?? REASONS[2] }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    )
  })
}

/** By the codes of GeolocationPositionError. */
const REASONS: Readonly<Record<number, string>> & { readonly 2: string } = {
  1: 'This app may not read your location. Allow it in the settings of your browser, or type the place.',
  2: 'The device could not tell where it is. Try under open sky, or type the place.',
  3: 'That took too long. Try under open sky, or type the place.',
}
