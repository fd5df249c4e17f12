/**
 * The wording: texts in a language, with its plurals, numbers and times. One Wording serves all elements of a language; `setWords` gives
 * translations and the app's own names for people, collections and fields.
 */
import type { Json } from '@tombolo/core'
import { ENGLISH, type Message, type Parameters, type WordKey } from './words.ts'

/** The app's names for its own things. A function returns undefined for anything that it does not know. */
export interface Names {
  /** One of a collection, as within a sentence: notes → 'note'. */
  readonly thing?: (collection: string) => string | undefined
  readonly field?: (collection: string, field: string) => string | undefined
  /** A person, by account. */
  readonly person?: (account: string) => string | undefined
  /** A value, as the app writes it everywhere else. */
  readonly value?: (collection: string, field: string, value: Json) => string | undefined
}

/** The settings of the wording: language, translations, and the app's own names. */
export interface WordSettings {
  /** BCP 47. Default: the nearest `lang`, with the region that the browser prefers. */
  readonly language?: string
  /** Translations; missing texts are shown in English. */
  readonly messages?: Readonly<Partial<Record<WordKey, Message>>>
  readonly names?: Names
}

let settings: WordSettings = {}
const listeners = new Set<() => void>()
const wordings = new Map<string, Wording>()

/**
 * Sets the wording of all elements at once. Settings that are not given stay as they were.
 * @example setWords({ language: 'de', messages: { 'status.toSend': '{n} zu senden' } })
 */
export function setWords(next: WordSettings): void {
  settings = { ...settings, ...next }
  wordings.clear()
  for (const listener of listeners) listener()
}

/** Calls back when the words have changed. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The wording for a page in this language. */
export function wordingFor(pageLanguage: string, preferred: readonly string[] = []): Wording {
  const language = settings.language ?? regional(pageLanguage, preferred)
  const known = wordings.get(language)
  if (known !== undefined) return known
  const wording = new Wording(language, settings.messages ?? {}, settings.names ?? {})
  wordings.set(language, wording)
  return wording
}

/** The language with a region: a page with only `en` uses the region of the reader's own English, for times. */
export function regional(pageLanguage: string, preferred: readonly string[]): string {
  return preferred.find((language) => language.split('-', 1)[0] === pageLanguage) ?? pageLanguage
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export class Wording {
  readonly language: string
  readonly names: Names
  readonly #messages: Readonly<Partial<Record<WordKey, Message>>>
  readonly #formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

  constructor(language: string, messages: Readonly<Partial<Record<WordKey, Message>>> = {}, names: Names = {}) {
    this.language = supported(language)
    this.#messages = messages
    this.names = names
  }

  /** `say('status.toSend', { n: 3 })` is '3 to send'. */
  say<K extends WordKey>(key: K, ...[given]: keyof Parameters<K> extends never ? [] : [Parameters<K>]): string {
    const values: Readonly<Record<string, string | number>> = given ?? {}
    const text = this.#form(this.#messages[key] ?? ENGLISH[key], Number(values['n'] ?? 0))
    return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => this.#shown(values[name] ?? whole))
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return this.#cached(`n ${JSON.stringify(options)}`, () => new Intl.NumberFormat(this.language, options)).format(value)
  }

  /** '34%' for 0.349: down to the whole percent, so that nothing is complete before it is. */
  share(of: number): string {
    return this.number(Math.floor(of * 100) / 100, { style: 'percent' })
  }

  /** '0.4 kB', '86 kB', '12 MB' */
  bytes(bytes: number): string {
    const [unit, size] = bytes < 1_000_000 ? ['kilobyte', 1_000] : ['megabyte', 1_000_000]
    const shown = bytes / size
    return this.number(shown, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: shown < 10 ? 1 : 0 })
  }

  /** '7 minutes', '2 hours', '3 days' */
  span(ms: number): string {
    const minutes = Math.round(Math.abs(ms) / MINUTE_MS)
    const [value, unit] = minutes < 120 ? [minutes, 'minute'] : minutes < 2_880 ? [minutes / 60, 'hour'] : [minutes / 1_440, 'day']
    return this.number(Math.round(value), { style: 'unit', unit, unitDisplay: 'long' })
  }

  /** As short as possible: '14:20', 'yesterday 14:20', 'Tue 14:20', '3 Nov 14:20', '3 Nov 2025'. */
  time(ms: number, now: number): string {
    const days = calendarDays(ms, now)
    if (days === 0) return this.date(ms, { timeStyle: 'short' })
    const clock = this.date(ms, { timeStyle: 'short' })
    if (Math.abs(days) === 1) return `${new Intl.RelativeTimeFormat(this.language, { numeric: 'auto' }).format(days, 'day')} ${clock}`
    if (Math.abs(days) < 7) return `${this.date(ms, { weekday: 'short' })} ${clock}`
    const isThisYear = new Date(ms).getFullYear() === new Date(now).getFullYear()
    return isThisYear ? `${this.date(ms, { day: 'numeric', month: 'short' })} ${clock}` : this.date(ms, { dateStyle: 'medium' })
  }

  /** 'just now', '3 minutes ago', '2 hours ago' */
  ago(ms: number, now: number): string {
    const minutes = Math.round((ms - now) / MINUTE_MS)
    const format = new Intl.RelativeTimeFormat(this.language, { numeric: 'auto' })
    if (Math.abs(minutes) < 1) return this.say('time.justNow')
    if (Math.abs(minutes) < 60) return format.format(minutes, 'minute')
    return Math.abs(minutes) < 1_440 ? format.format(Math.round(minutes / 60), 'hour') : format.format(Math.round(minutes / 1_440), 'day')
  }

  date(ms: number, options: Intl.DateTimeFormatOptions): string {
    return this.#cached(`d ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(this.language, options)).format(ms)
  }

  /** 'note' for a record of `notes`, where the app has said so. */
  thing(collection: string): string {
    return this.names.thing?.(collection) ?? this.say('thing.record')
  }

  /** 'Observed at' for `observedAt`, unless the app has a better name. */
  field(collection: string, field: string): string {
    return this.names.field?.(collection, field) ?? (field === '$life' ? this.say('review.life') : sentence(field))
  }

  /** A member of a group; the app is asked for `place.lat`. */
  member(collection: string, field: string, member: string): string {
    return this.names.field?.(collection, `${field}.${member}`) ?? sentence(member)
  }

  person(account: string): string {
    return this.names.person?.(account) ?? account
  }

  #form(message: Message, n: number): string {
    if (typeof message === 'string') return message
    return message[new Intl.PluralRules(this.language).select(n)] ?? message.other
  }

  /** Isolates a person's text if its direction could affect the words around it. */
  #shown(value: string | number): string {
    if (typeof value === 'number') return this.number(value)
    return isRightToLeft(value) === isRightToLeft(this.say('status.allSent')) ? value : `\u2068${value}\u2069`
  }

  #cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => F): F {
    const known = this.#formats.get(key)
    if (known !== undefined) return known as F
    const made = make()
    this.#formats.set(key, made)
    return made
  }
}

/** The language if Intl supports it, otherwise English: a page may have anything in `lang`. */
function supported(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en'
  } catch {
    return 'en'
  }
}

/** Calendar days from the local day of `now` to that of `ms`, unaffected by daylight-saving changes. */
function calendarDays(ms: number, now: number): number {
  return Math.round((new Date(ms).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / DAY_MS)
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc]/
const isRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text)

function sentence(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[._-]+/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
