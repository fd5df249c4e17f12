/** How good the observation is. Two people who judge it at once are both heard: they choose between their judgements. */
import { useStore } from '@tombolo/react'
import { useId } from 'react'
import type { Note, Quality } from '../notes/note.ts'
import type { app } from '../schema.ts'
import { attempt } from './notice.tsx'

const CHOICES: readonly (readonly [Quality | null, string])[] = [
  [null, 'Not judged'],
  ['good', 'Good'],
  ['poor', 'Poor'],
]

export function QualityField({ note }: { readonly note: Note }) {
  const store = useStore<typeof app>()
  const name = useId()
  const choose = (quality: Quality | null): void => attempt(() => store.write((w) => w.notes.set(note, { quality })))
  return (
    <fieldset class="field quality-field">
      <legend>Quality</legend>
      <div class="segments">
        {CHOICES.map(([quality, words]) => (
          <label key={words}>
            <input type="radio" name={name} checked={note.quality === quality} onChange={() => choose(quality)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
