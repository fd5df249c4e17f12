import { expect, test } from 'vitest'
import type { Entry } from '../merge/register.ts'
import type { RecordState } from '../merge/record.ts'
import { isForgotten } from './horizon.ts'

const lived = (version: number, ...lives: readonly ('alive' | 'deleted')[]): Pick<RecordState, 'version' | 'life'> => ({
  version,
  life: { kind: 'register', entries: lives.map((value) => ({ value }) as Entry), awaited: [], version },
})

test.each([
  ['deleted before the horizon', 'notes', lived(4, 'deleted'), true],
  ['deleted at the horizon', 'notes', lived(5, 'deleted'), true],
  ['deleted by two at once', 'notes', lived(5, 'deleted', 'deleted'), true],
  ['deleted behind the horizon', 'notes', lived(6, 'deleted'), false],
  ['deleted beside an edit', 'notes', lived(4, 'alive', 'deleted'), false],
  ['there', 'notes', lived(4, 'alive'), false],
  ['awaited only: nobody wrote it', 'notes', lived(4), false],
  ['the space’s own', '$space', lived(4, 'deleted'), false],
] as const)('[Q4] a record that is %s: forgotten or not', (_, collection, record, forgotten) => {
  expect(isForgotten(collection, record, 5)).toBe(forgotten)
})
