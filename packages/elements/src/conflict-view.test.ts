import type { ConflictItem } from '@tombolo/client'
import { describe, expect, test } from 'vitest'
import { conflictView, type ConflictView } from './conflict-view.ts'
import type { FormatValue } from './format-value.ts'
import { SAMPLE_SCHEMA } from './test/fake-engine.ts'
import { conflict, CONFLICTS, NOW, side } from './test/samples.ts'
import { Wording } from './wording.ts'

const words = new Wording('en-GB', {}, { person: (by) => (by.startsWith('ben') ? 'Ben' : by) })
const view = (item: ConflictItem, format: FormatValue | null = null): ConflictView =>
  conflictView(item, { schema: SAMPLE_SCHEMA, words, format, now: NOW, title: 'Otter' })
const texts = ({ sides }: ConflictView): readonly string[] =>
  sides.map(({ lines }) =>
    lines
      .map(
        ({ name, pieces }) =>
          `${name === null ? '' : `${name} `}${pieces.map((p) => (p.kind === 'same' ? p.text : `${p.kind[0]}(${p.text})`)).join('')}`,
      )
      .join(', '),
  )

test('prose is compared with what stood before', () => {
  const [body] = CONFLICTS
  expect(body === undefined ? [] : texts(view(body))).toEqual([
    'Two otters at the weir, one younga(, heading upstream).',
    'r(Two)a(Three) otters r(at)a(below) the weir, one young.',
  ])
})

test('without what stood before, with the other side', () => {
  const item = conflict('title', { mine: [side('Two otters', 'amina', 3)], theirs: [side('Three otters', 'ben', 5)] })
  expect(texts(view(item))).toEqual(['a(Two) otters', 'a(Three) otters'])
})

test('a choice, a number or a date differs as a whole', () => {
  expect(texts(view(conflict('quality', { mine: [side('poor', 'amina', 3)], theirs: [side('good', 'ben', 5)] })))).toEqual(['poor', 'good'])
  expect(texts(view(conflict('count', { mine: [side(1_200, 'amina', 3)], theirs: [side(null, 'ben', 5)] })))).toEqual(['1,200', 'empty'])
  expect(texts(view(conflict('seenOn', { mine: [side('2026-11-03', 'amina', 3)], theirs: [side('2026-11', 'ben', 5)] })))).toEqual([
    '3 Nov 2026',
    '2026-11',
  ])
  expect(texts(view(conflict('checked', { mine: [side(true, 'amina', 3)], theirs: [side(false, 'ben', 5)] })))).toEqual(['Yes', 'No'])
})

test('of a group, the members that differ are marked', () => {
  const item = conflict('place', { mine: [side({ lat: 54.1, lon: -2.8 }, 'amina', 3)], theirs: [side({ lat: 54.2, lon: -2.8 }, 'ben', 5)] })
  expect(texts(view(item))).toEqual(['Lat a(54.1), Lon -2.8', 'Lat a(54.2), Lon -2.8'])
})

test('the app writes a value in its own way', () => {
  const item = conflict('place', { mine: [side({ lat: 54.1, lon: -2.8 }, 'amina', 3)], theirs: [side({ lat: 54.2, lon: -2.8 }, 'ben', 5)] })
  expect(texts(view(item, (_collection, field) => (field === 'place' ? 'Carlisle' : undefined)))).toEqual(['Carlisle', 'Carlisle'])
})

describe('whose it is', () => {
  const sides = (item: Partial<ConflictItem>): readonly (readonly string[])[] =>
    view(conflict('quality', item)).sides.map(({ heading, who, keep }) => [heading, who, keep])

  test('of two people', () => {
    expect(sides({ mine: [side('poor', 'amina', 3)], theirs: [side('good', 'ben', 25)] })).toEqual([
      ['Yours', 'amina, 14:02', 'Keep mine'],
      ['Theirs', 'Ben, 13:40', 'Keep theirs'],
    ])
  })

  test('of one person with two devices', () => {
    expect(sides({ mine: [side('poor', 'amina', 3)], theirs: [side('good', 'amina', 25)] })).toEqual([
      ['Yours', 'this device, 14:02', 'Keep mine'],
      ['The other', 'another of your devices, 13:40', 'Keep the other'],
    ])
  })

  test('of two others, as a supervisor sees it', () => {
    expect(sides({ theirs: [side('poor', 'ben', 3), side('good', 'cleo', 25)] })).toEqual([
      ['Ben', '14:02', 'Keep this'],
      ['cleo', '13:40', 'Keep this'],
    ])
  })

  test('of three people', () => {
    expect(
      sides({ mine: [side('poor', 'amina', 3)], theirs: [side('good', 'ben', 25), side('poor', 'cleo', 26)] }).map(([heading]) => heading),
    ).toEqual(['Yours', 'Ben', 'cleo'])
  })
})

describe('a delete against an edit', () => {
  test.each([
    ['deleted', 'alive', 'Deleted here, edited there'],
    ['alive', 'deleted', 'Edited here, deleted there'],
  ])('mine %s, theirs %s', (mine, theirs, question) => {
    const life = view(conflict('$life', { mine: [side(mine, 'amina', 3)], theirs: [side(theirs, 'ben', 5)] }))
    expect([life.question, life.isLife]).toEqual([question, true])
  })

  test('of two others', () => {
    expect(view(conflict('$life', { theirs: [side('alive', 'ben', 3), side('deleted', 'cleo', 5)] })).question).toBe(
      'Deleted by one, edited by another',
    )
  })
})
