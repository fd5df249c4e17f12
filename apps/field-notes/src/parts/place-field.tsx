/**
 * Where it was: typed, or asked of the device once a person wishes it. Latitude and longitude are one decision, so half a place is not saved,
 * and the field says so.
 */
import { useStore } from '@tombolo/react'
import { useState } from 'react'
import type { Note, Place } from '../notes/note.ts'
import { accuracyWords, readLatitude, readLongitude, shortDegrees } from '../notes/place.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { locate } from './locate.ts'
import { attempt } from './notice.tsx'

interface Draft {
  readonly lat: string
  readonly lon: string
}

export function PlaceField({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const [draft, setDraft] = useState<Draft | null>(null)
  const [told, setTold] = useState('')
  const save = (place: Place | null): void => attempt(() => store.write((w) => w.notes.set(note, { place })))
  const { lat, lon } = draft ?? draftOf(note.place)
  const reading = readPlace({ lat, lon })
  const type = (next: Draft): void => {
    setDraft(next)
    const typed = readPlace(next)
    if (typed.ok && !isSame(typed.place, note.place)) save(typed.place)
  }
  const ask = async (): Promise<void> => {
    setTold('Looking for the place …')
    const found = await locate()
    if (found.ok) save(found.place)
    setDraft(null)
    setTold(found.ok ? '' : found.reason)
  }
  // What others wrote is shown once the person is done.
  const leave = (): void => void (reading.ok && setDraft(null))
  return (
    <fieldset class="field place-field">
      <legend>Place</legend>
      <div class="pair">
        <label>
          <span>Latitude</span>
          <input
            value={lat}
            inputMode="text"
            autocomplete="off"
            placeholder="46.0569"
            onInput={(event) => type({ lon, lat: event.currentTarget.value })}
            onBlur={leave}
          />
        </label>
        <label>
          <span>Longitude</span>
          <input
            value={lon}
            inputMode="text"
            autocomplete="off"
            placeholder="14.5058"
            onInput={(event) => type({ lat, lon: event.currentTarget.value })}
            onBlur={leave}
          />
        </label>
      </div>
      {reading.ok ? null : <p class="field-fault">Not saved: {reading.reason}</p>}
      <p class="hint">{accuracyWords(note.place) ?? 'Your location is read once, when you ask for it, and becomes part of this note.'}</p>
      <div class="row-of-buttons">
        <Button icon="locate" onClick={() => void ask()}>
          Use this device’s location
        </Button>
        {note.place === null ? null : (
          <Button look="plain" onClick={() => (setDraft(null), save(null))}>
            Remove place
          </Button>
        )}
      </div>
      <p class="hint" aria-live="polite">
        {told}
      </p>
    </fieldset>
  )
}

const draftOf = (place: Note['place']): Draft =>
  place === null ? { lat: '', lon: '' } : { lat: shortDegrees(place.lat), lon: shortDegrees(place.lon) }

type PlaceReading = { readonly ok: true; readonly place: Place | null } | { readonly ok: false; readonly reason: string }

function readPlace(draft: Draft): PlaceReading {
  const [lat, lon] = [readLatitude(draft.lat), readLongitude(draft.lon)]
  if (!lat.ok) return { ok: false, reason: `Latitude: ${lat.reason}` }
  if (!lon.ok) return { ok: false, reason: `Longitude: ${lon.reason}` }
  if (lat.degrees === null && lon.degrees === null) return { ok: true, place: null }
  if (lat.degrees === null) return { ok: false, reason: 'the latitude is missing.' }
  if (lon.degrees === null) return { ok: false, reason: 'the longitude is missing.' }
  return { ok: true, place: { lat: lat.degrees, lon: lon.degrees, accuracy: null } }
}

const isSame = (a: Place | null, b: Place | null): boolean => a?.lat === b?.lat && a?.lon === b?.lon
