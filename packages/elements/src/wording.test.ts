import { afterEach, describe, expect, test, vi } from 'vitest'
import { NOW } from './test/samples.ts'
import { onWords, regional, setWords, Wording, wordingFor } from './wording.ts'
import { ENGLISH, type WordKey } from './words.ts'

const english = new Wording('en-GB')
const at = (day: number, hour = 14, minute = 20): number => new Date(2026, 10, day, hour, minute).getTime()

afterEach(() => setWords({ messages: {}, names: {} }))

test.each([
  [1, '1 needs attention'],
  [2, '2 need attention'],
  [1_200, '1,200 need attention'],
])('English has two plurals: %i', (n, said) => {
  expect(english.say('status.attention', { n })).toBe(said)
})

test.each([
  [1, 'plik'],
  [3, 'pliki'],
  [5, 'plików'],
])('a translation has the plurals of its language: %i', (n, said) => {
  const polish = new Wording('pl', { 'status.files': { one: 'plik', few: 'pliki', many: 'plików', other: 'pliku' } })
  expect(polish.say('status.files', { n })).toBe(said)
})

test('a plural that a translation has not given is said as the other one', () => {
  expect(new Wording('pl', { 'status.files': { other: 'plik(i): {n}' } }).say('status.files', { n: 3 })).toBe('plik(i): 3')
})

test('what is not translated is said in English, with numbers as the language writes them', () => {
  expect(new Wording('ar-EG', {}).say('status.toSend', { n: 3 })).toBe('٣ to send')
})

test('every message has the plural form that is taken when no other fits', () => {
  const messages = Object.entries(ENGLISH).filter(([, message]) => typeof message !== 'string')
  expect(messages.filter(([, message]) => !Object.hasOwn(message as object, 'other'))).toEqual([])
})

test("a person's words of another direction are isolated from the sentence", () => {
  expect(english.say('discard.title', { title: 'חסידה' })).toBe('Discard “\u2068חסידה\u2069”?')
  expect(english.say('discard.title', { title: 'Heron' })).toBe('Discard “Heron”?')
})

test('words in a value are not taken for parameters', () => {
  expect(english.say('outbox.discarded', { title: '{n} {title}' })).toBe('Discarded: {n} {title}.')
})

describe('times', () => {
  test.each([
    ['today', at(3), '14:20'],
    ['yesterday', at(2), 'yesterday 14:20'],
    ['tomorrow', at(4), 'tomorrow 14:20'],
    ['this week', at(1), 'Sun 14:20'],
    ['this year', new Date(2026, 2, 9, 8, 5).getTime(), '9 Mar 08:05'],
    ['long ago', new Date(2024, 2, 9).getTime(), '9 Mar 2024'],
  ])('%s', (_when, ms, said) => {
    expect(english.time(ms, NOW)).toBe(said)
  })

  test('just after midnight, the evening before is yesterday', () => {
    expect(english.time(at(2, 23, 50), at(3, 0, 10))).toBe('yesterday 23:50')
  })

  test.each([
    [0, 'just now'],
    [3, '3 minutes ago'],
    [125, '2 hours ago'],
    [60 * 24 * 3, '3 days ago'],
  ])('%i minutes ago', (minutes, said) => {
    expect(english.ago(NOW - minutes * 60_000, NOW)).toBe(said)
  })

  test.each([
    [7, '7 minutes'],
    [-90, '90 minutes'],
    [180, '3 hours'],
    [60 * 24 * 400, '400 days'],
  ])('a span of %i minutes', (minutes, said) => {
    expect(english.span(minutes * 60_000)).toBe(said)
  })
})

test.each([
  [412, '0.4 kB'],
  [86_300, '86 kB'],
  [2_300_000, '2.3 MB'],
])('%i bytes', (bytes, said) => {
  expect(english.bytes(bytes)).toBe(said)
})

describe('the language', () => {
  test.each([
    ['en', ['de-CH', 'en-NZ'], 'en-NZ'],
    ['en', ['de-CH'], 'en'],
    ['en-US', ['en-NZ'], 'en-US'],
  ])('a page in %s for a reader of %j is said in %s', (page, preferred, language) => {
    expect(regional(page, preferred)).toBe(language)
  })

  test('one that Intl does not know is English, and nothing breaks', () => {
    expect(new Wording('x-not a language').time(NOW, NOW)).toMatch(/2:05|14:05/)
  })

  test('an app chooses it for all elements', () => {
    setWords({ language: 'de' })
    expect(wordingFor('en').language).toBe('de')
    setWords({ language: 'en' })
  })
})

describe("the app's own names", () => {
  test('a field is called by its name in the schema, unless the app has a better one', () => {
    expect(english.field('notes', 'observedAt')).toBe('Observed at')
    setWords({ names: { field: (_collection, field) => (field === 'observedAt' ? 'Seen on' : undefined) } })
    expect(wordingFor('en').field('notes', 'observedAt')).toBe('Seen on')
    expect(wordingFor('en').field('notes', 'place')).toBe('Place')
  })

  test('elements hear of new words', () => {
    const heard = vi.fn<() => void>()
    const stop = onWords(heard)
    setWords({ messages: { 'status.allSent': 'Alles gesendet' } })
    stop()
    setWords({ messages: {} })
    expect(heard).toHaveBeenCalledOnce()
    expect(wordingFor('de').say('status.allSent')).toBe('All sent')
  })
})

test('a translation may give any of the keys', () => {
  const keys: readonly WordKey[] = Object.keys(ENGLISH) as WordKey[]
  const shouted = Object.fromEntries(keys.map((key) => [key, 'X']))
  expect(new Wording('en', shouted).say('status.allSent')).toBe('X')
})
