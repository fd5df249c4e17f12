/** A small schema with every kind of field, and short ways to write to it; for tests only. */
import type { Content, FieldOperation, RecordOperations } from '../change.ts'
import { base64url } from '../hash.ts'
import type { Intent, Name, RecordId, SpaceId } from '../ids.ts'
import { mergeOperations, EMPTY_RECORD, type RecordState, type Write } from '../merge/record.ts'
import { collection, schema } from '../schema/build.ts'
import { boolean, counter, date, group, integer, json, localDateTime, number, oneOf, ref, set, string, text } from '../schema/fields.ts'
import type { Schema } from '../schema/schema-types.ts'
import type { Stamp } from '../stamp.ts'

export const sample = schema({
  version: 3,
  oldest: 3,
  collections: {
    people: collection({ name: string(), seen: boolean().default(false) }),
    notes: collection(
      {
        title: string().check((title) => (title.includes('!') ? 'Do not shout.' : null)),
        body: text().check((body) => (body.includes('!') ? 'Do not shout.' : null)),
        tags: set(string().check((tag) => (tag.includes('!') ? 'Do not shout.' : null))),
        visits: counter(),
        observedAt: date().optional(),
        seenAt: localDateTime().optional(),
        count: integer().max().optional(),
        quality: oneOf('poor', 'good').review().optional(),
        author: ref('people').optional(),
        extra: json().optional(),
        place: group({ lat: number(), lon: number(), alt: number().optional() })
          .check((place) => (place.lat + place.lon === 0 ? 'Nobody is there.' : null))
          .optional(),
      },
      { onDelete: 'review', search: ['title', 'body'], indexes: [['observedAt']] },
    ),
  },
}) satisfies Schema

export const SPACE = '01890000-0000-7000-8000-000000000000' as SpaceId
export const NOTE = '01890000-0000-7000-8000-000000000001' as RecordId

/** The nth name of a test. */
export const name = (n: number): Name => base64url(Uint8Array.from({ length: 16 }, (_, index) => (index === 15 ? n : 1))) as Name

export const setTo = (field: string, value: unknown, over: readonly Name[] = []): FieldOperation => ({
  kind: 'set',
  field,
  value: value as string,
  over,
})
export const addTo = (field: string, element: unknown, over: readonly Name[] = []): FieldOperation => ({
  kind: 'addTo',
  field,
  element: element as string,
  over,
})
export const removeFrom = (field: string, element: unknown, over: readonly Name[] = []): FieldOperation => ({
  kind: 'removeFrom',
  field,
  element: element as string,
  over,
})
export const increment = (field: string, by: number): FieldOperation => ({ kind: 'increment', field, by })

export const writing = (fields: readonly FieldOperation[], more: Partial<RecordOperations> = {}): RecordOperations => ({
  collection: 'notes',
  record: NOTE,
  life: 'alive',
  lifeOver: [],
  fields,
  ...more,
})

export const contentOf = (operations: readonly RecordOperations[], more: Partial<Content> = {}): Content => ({
  intent: 'AAAAAAAAAAAAAA' as Intent,
  stamp: 1 as Stamp,
  space: SPACE,
  schemaVersion: 3,
  label: null,
  operations,
  ...more,
})

export const writeOf = (n: number, more: Partial<Write> = {}): Write => ({
  name: name(n),
  stamp: n as Stamp,
  hubStamp: n as Stamp,
  by: 'ana',
  version: n,
  unverified: false,
  known: () => false,
  text: null,
  ...more,
})

/** Merges writes one after the other; the nth has the nth name. */
export const recordOf = (...changes: readonly (readonly FieldOperation[])[]): RecordState =>
  changes.reduce((record, fields, index) => mergeOperations(record, writing(fields), writeOf(index + 1)).record, EMPTY_RECORD)
