/** What docs/spec says of codes, limits and messages is what the code says. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as limits from '../limits.ts'
import { REFUSALS, SCHEMA_FAULTS } from '../schema/codes.ts'
import { PROTOCOL_CASES } from '../test/protocol-cases.ts'
import { PROBLEMS } from './problem.ts'
import { REJECTIONS } from './rejection.ts'

const read = (name: string): string => readFileSync(new URL(`../../../../docs/spec/${name}`, import.meta.url), 'utf8')

describe('docs/spec/errors.md', () => {
  const chapters = new Map(
    read('errors.md')
      .split(/^## /m)
      .slice(1)
      .map((chapter) => [chapter.slice(0, chapter.indexOf('\n')), chapter.slice(chapter.indexOf('\n'))] as const),
  )
  const sectionsOf = (chapter: string): readonly (readonly [string, string])[] =>
    (chapters.get(chapter) ?? '')
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(1, section.indexOf('`\n')), section.slice(section.indexOf('\n') + 1)] as const)

  test.each([
    ['Problems', PROBLEMS],
    ['Refusals by syncing', REJECTIONS],
    ['Refusals by the schema', REFUSALS],
    ['Faults of a schema', SCHEMA_FAULTS],
  ] as const)('%s: each code has its section, and each section a code', (chapter, codes) => {
    expect(
      sectionsOf(chapter)
        .map(([code]) => code)
        .sort(),
    ).toEqual(Object.keys(codes).sort())
  })

  test('problems have the status and class that they are sent with', () => {
    const said = sectionsOf('Problems').map(([code, text]) => [code, text.slice(0, text.indexOf('.'))])
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status, class: kind }]) => [code, `${status} · ${kind}`])),
    )
  })
})

describe('docs/spec/protocol.md', () => {
  const text = read('protocol.md')

  /** A block of JSON is marked with the case that it quotes and the member: ```json push-create wire */
  const quotes = Array.from(text.matchAll(/^```json (\S+) (\S+)\n(.*?)^```$/gms), ([, id = '', member = '', json = '']) => ({
    id,
    member,
    json,
  }))
  const cases = new Map(Object.values(PROTOCOL_CASES).flatMap((file) => file.map((one) => [one.id, one] as const)))

  test.each(quotes)('quotes $id ($member) as it is', ({ id, member, json }) => {
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(cases.get(id)?.[member] ?? null)))
  })

  test('shows an example of every kind of message', () => {
    const shown = new Set(quotes.map(({ id }) => cases.get(id)?.['kind']))
    const kinds = [
      'HelloRequest',
      'HelloAnswer',
      'PushRequest',
      'PushAnswer',
      'PullRequest',
      'Page',
      'PollRequest',
      'PollAnswer',
      'LiveFrame',
      'Problem',
    ]
    expect(kinds.filter((kind) => !shown.has(kind))).toEqual([])
  })

  test('has the limits that the code has', () => {
    const rows = Array.from(
      text.matchAll(/^\| `([A-Z_]+)` \| ([\d,]+) /gm),
      ([, name = '', figure = '']) => [name, Number(figure.replaceAll(',', ''))] as const,
    )
    expect(rows.length).toBeGreaterThan(10)
    expect({ ...limits }).toMatchObject(Object.fromEntries(rows))
  })
})

describe('requirements', () => {
  const numbered = (name: string): readonly string[] => Array.from(read(name).matchAll(/^\*\*\[([A-Z]\d+)\]\*\*/gm), ([, id = '']) => id)
  const upTo = (letter: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`)

  test('sync.md states P1–P7, Q1–Q8 but for Q6, S1–S7 and C1–C2, each once and in order', () => {
    const pulling = upTo('Q', 8).filter((id) => id !== 'Q6')
    expect(numbered('sync.md')).toEqual([...upTo('P', 7), ...pulling, ...upTo('S', 7), ...upTo('C', 2)])
  })

  test('access.md states W1–W6, each once and in order', () => {
    expect(numbered('access.md')).toEqual(upTo('W', 6))
  })

  test('merge.md states M1–M9, each once and in order', () => {
    expect(numbered('merge.md')).toEqual(upTo('M', 9))
  })
})
