/**
 * Where it was: typed, or asked of the device once a person wishes it. Latitude and longitude are one decision, so half a place is not saved,
 * and the field says so. It is saved when the person pauses or leaves: '4' on the way to '46' is a place too, and nobody's.
 */
import { useStore } from '@tombolo/react'
import { useEffect, useState } from 'react'
import type { Note, Place } from '../notes/note.ts'
import { accuracyWords } from '../notes/place.ts'
import { draftOf, type PlaceDraft, readPlace } from '../notes/place-draft.ts'
import type { app } from '../schema.ts'
import { Button } from './button.tsx'
import { locate } from './locate.ts'
import { attempt } from './notice.tsx'
import { useWhenHidden } from './when-hidden.ts'

/** A person who types on is not done. */
const PAUSE_MS = 700

export function PlaceField({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const [draft, setDraft] = useState<PlaceDraft | null>(null)
  const [told, setTold] = useState('')
  const save = (place: Place | null): void => attempt(() => store.write((w) => w.notes.set(note, { place })))
  const { lat, lon } = draft ?? draftOf(note.place)
  const reading = readPlace({ lat, lon }, note.place)
  const keep = (): void => {
    if (draft !== null && reading.ok && reading.place !== note.place) save(reading.place)
  }
  useEffect(() => {
    if (draft === null) return
    const pause = setTimeout(keep, PAUSE_MS)
    return () => clearTimeout(pause)
    // What is typed starts the pause anew, nothing else does.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [draft])
  useWhenHidden(keep)
  const ask = async (): Promise<void> => {
    setTold('Looking for the place …')
    const found = await locate()
    if (found.ok) save(found.place)
    setDraft(null)
    setTold(found.ok ? '' : found.reason)
  }
  // What others wrote is shown once the person is done.
  const leave = (): void => {
    keep()
    if (reading.ok) setDraft(null)
  }
  const leaveByKey = ({ key, isComposing }: KeyboardEvent): void => void (key === 'Enter' && !isComposing && keep())
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
            onInput={(event) => setDraft({ lon, lat: event.currentTarget.value })}
            onBlur={leave}
            onKeyDown={leaveByKey}
          />
        </label>
        <label>
          <span>Longitude</span>
          <input
            value={lon}
            inputMode="text"
            autocomplete="off"
            placeholder="14.5058"
            onInput={(event) => setDraft({ lat, lon: event.currentTarget.value })}
            onBlur={leave}
            onKeyDown={leaveByKey}
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
