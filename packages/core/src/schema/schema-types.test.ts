// What the compiler knows of a schema. `tsc` checks these; running them only proves that the file stands.
import { expectTypeOf, test } from 'vitest'
import type { RecordId } from '../ids.ts'
import { collection, schema } from './build.ts'
import { boolean, counter, date, group, integer, json, localDateTime, number, oneOf, ref, set, string, text } from './fields.ts'
import type { CollectionName, ElementOf, FieldName, NewRecord, PatchOf, RowOf, Schema } from './schema-types.ts'

const app = schema({
  version: 1,
  collections: {
    people: collection({ name: string(), seen: boolean().default(false) }),
    notes: collection(
      {
        title: string(),
        body: text(),
        tags: set(string()),
        readers: set(ref('people')),
        visits: counter(),
        observedAt: date().optional(),
        quality: oneOf('poor', 'good').review().optional(),
        author: ref('people').optional(),
        extra: json<{ colour: string }>().optional(),
        place: group({ lat: number(), lon: number(), alt: number().optional() }).optional(),
        size: group({ width: integer(), height: integer() }),
      },
      { onDelete: 'edit-wins', search: ['title', 'body'], indexes: [['observedAt', 'title'], ['visits']] },
    ),
  },
})
type App = typeof app

test('a row has every field; what may be absent may be null', () => {
  expectTypeOf<RowOf<App, 'notes'>>().toEqualTypeOf<{
    readonly title: string
    readonly body: string
    readonly tags: readonly string[]
    readonly readers: readonly RecordId[]
    readonly visits: number
    readonly observedAt: string | null
    readonly quality: 'poor' | 'good' | null
    readonly author: RecordId | null
    readonly extra: { colour: string } | null
    readonly place: { readonly lat: number; readonly lon: number; readonly alt: number | null } | null
    readonly size: { readonly width: number; readonly height: number }
  }>()
  expectTypeOf<RowOf<App, 'people'>>().toEqualTypeOf<{ readonly name: string; readonly seen: boolean }>()
  expectTypeOf<RowOf<App, '$space'>>().toEqualTypeOf<{ readonly name: string }>()
})

test('a new record needs what is required, and takes the rest', () => {
  expectTypeOf<NewRecord<App, 'notes'>>().toEqualTypeOf<{
    readonly title: string
    readonly size: { readonly width: number; readonly height: number }
    readonly body?: string
    readonly tags?: readonly string[]
    readonly readers?: readonly RecordId[]
    readonly visits?: number
    readonly observedAt?: string | null
    readonly quality?: 'poor' | 'good' | null
    readonly author?: RecordId | null
    readonly extra?: { colour: string } | null
    readonly place?: { readonly lat: number; readonly lon: number; readonly alt?: number | null } | null
  }>()
  expectTypeOf<NewRecord<App, 'people'>>().toEqualTypeOf<{ readonly name: string; readonly seen?: boolean }>()
})

test('a patch has no counters, clears with null only what is optional, and may give a group in part', () => {
  expectTypeOf<PatchOf<App, 'notes'>>().toEqualTypeOf<{
    readonly title?: string
    readonly body?: string
    readonly tags?: readonly string[]
    readonly readers?: readonly RecordId[]
    readonly observedAt?: string | null
    readonly quality?: 'poor' | 'good' | null
    readonly author?: RecordId | null
    readonly extra?: { colour: string } | null
    readonly place?: { readonly lat?: number; readonly lon?: number; readonly alt?: number | null } | null
    readonly size?: { readonly width?: number; readonly height?: number }
  }>()
})

test('names and elements', () => {
  expectTypeOf<CollectionName<App>>().toEqualTypeOf<'people' | 'notes' | '$space' | '$member' | '$invite'>()
  expectTypeOf<FieldName<App, 'notes', 'set'>>().toEqualTypeOf<'tags' | 'readers'>()
  expectTypeOf<FieldName<App, 'notes', 'counter'>>().toEqualTypeOf<'visits'>()
  expectTypeOf<FieldName<App, 'notes', 'text'>>().toEqualTypeOf<'body'>()
  expectTypeOf<ElementOf<App, 'notes', 'tags'>>().toEqualTypeOf<string>()
  expectTypeOf<ElementOf<App, 'notes', 'readers'>>().toEqualTypeOf<RecordId>()
  expectTypeOf(app).toExtend<Schema>()
})

/** Never called: each line below would throw, and must not compile. */
export function wrongDeclarations(): void {
  // @ts-expect-error a group has no order
  group({ lat: number() }).max()
  // @ts-expect-error json has no order
  json().min()
  // @ts-expect-error the words of a choice have no order
  oneOf('a', 'b').max()
  // @ts-expect-error a counter has no rule
  counter().latest()
  // @ts-expect-error a set has no rule
  set(string()).review()
  // @ts-expect-error a set is never absent
  set(string()).optional()
  // @ts-expect-error elements of a set are not optional
  set(string().optional())
  // @ts-expect-error elements of a set have no rule
  set(string().max())
  // @ts-expect-error a text is no element
  set(text())
  // @ts-expect-error one rule
  string().max().latest()
  // @ts-expect-error optional, or with a default
  string().optional().default('')
  // @ts-expect-error a default is of the field's type
  number().default('1')
  // @ts-expect-error a choice has words
  oneOf()
  // @ts-expect-error members of a group have no rule
  group({ lat: number().max() })
  // @ts-expect-error members of a group have no default
  group({ lat: number().default(0) })
  // @ts-expect-error 'id' is a reserved name
  collection({ id: string() })
  // @ts-expect-error '$state' is a reserved name
  collection({ title: string(), $state: string() })
  // @ts-expect-error 'space' is a reserved name
  group({ space: string() })
  // @ts-expect-error search reads text
  collection({ size: number() }, { search: ['size'] })
  // @ts-expect-error there is no such field
  collection({ title: string() }, { search: ['titel'] })
  // @ts-expect-error there is no such field
  collection({ title: string() }, { indexes: [['titel']] })
  // @ts-expect-error json has no order
  collection({ extra: json() }, { indexes: [['extra']] })
  // @ts-expect-error ref('people'): there is no collection 'people'
  schema({ version: 1, collections: { notes: collection({ author: ref('people') }) } })
  // @ts-expect-error ref('people'): there is no collection 'people'
  schema({ version: 1, collections: { notes: collection({ authors: set(ref('people')) }) } })
  // @ts-expect-error ref('people'): there is no collection 'people'
  schema({ version: 1, collections: { notes: collection({ by: group({ author: ref('people'), note: string() }) }) } })
  // @ts-expect-error '$notes' is a reserved name
  schema({ version: 1, collections: { $notes: collection({ title: string() }) } })
  // @ts-expect-error a check of a number is given numbers
  number().check((value: string) => value)
  // @ts-expect-error a check answers at once
  localDateTime().check(async () => null)
}

/** Never called, too. A custom rule is told of what was cleared, and would throw where it does not expect that: on each device that has it. */
export function wrongRules(): void {
  const chosen = number().custom((all) => all.length)
  // @ts-expect-error what it would be told is known by then
  chosen.optional()
  const measured = number().optional()
  // @ts-expect-error a value may be null
  measured.custom((all) => Math.max(...all.map(({ value }) => value)))
  const sized = group({ size: number() }).optional()
  // @ts-expect-error a group, too
  sized.custom((all) => ({ size: Math.max(...all.map(({ value }) => value.size)) }))
}
