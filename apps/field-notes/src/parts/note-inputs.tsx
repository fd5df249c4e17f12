/**
 * The input of each field of a note, and where it stands. A field that is forgotten here does not compile; notes/fields.ts says everything
 * else of it.
 */
import type { FunctionComponent } from 'preact'
import type { FieldKey } from '../notes/fields.ts'
import type { Note } from '../notes/note.ts'
import { DateField } from './date-field.tsx'
import { CountField, OpeningsField } from './number-field.tsx'
import { PlaceField } from './place-field.tsx'
import { QualityField } from './quality-field.tsx'
import { TagsField } from './tags-field.tsx'
import { TimeField } from './time-field.tsx'
import { VisitsField } from './visits-field.tsx'
import { BodyField, TitleField } from './words-fields.tsx'

/** What was seen in words; when and where; what was made of it. */
export type Area = 'words' | 'when-and-where' | 'what'

interface Input {
  readonly Input: FunctionComponent<{ readonly note: Note }>
  readonly area: Area
}

/** In the order in which they are filled in. */
const INPUTS: Readonly<Record<FieldKey, Input>> = {
  title: { Input: TitleField, area: 'words' },
  body: { Input: BodyField, area: 'words' },
  tags: { Input: TagsField, area: 'words' },
  observedAt: { Input: DateField, area: 'when-and-where' },
  observedTime: { Input: TimeField, area: 'when-and-where' },
  place: { Input: PlaceField, area: 'when-and-where' },
  quality: { Input: QualityField, area: 'what' },
  visits: { Input: VisitsField, area: 'what' },
  count: { Input: CountField, area: 'what' },
  openings: { Input: OpeningsField, area: 'what' },
}

const EVERY_INPUT = Object.entries(INPUTS)

export function NoteInputs({ note, area }: { readonly note: Note; readonly area: Area }) {
  return (
    <>
      {EVERY_INPUT.filter(([, input]) => input.area === area).map(([key, { Input }]) => (
        <Input key={key} note={note} />
      ))}
    </>
  )
}
