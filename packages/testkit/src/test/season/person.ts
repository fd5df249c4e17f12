/** Someone who writes notes, and remembers what must be found in the end: each visit counted once, each word in its text once. */
import type { RecordId, Refusal, Result, SpaceId } from '@tombolo/core'
import type { RecordStep } from '../../../../client/src/engine/port.ts'
import type { Written } from '../../../../client/src/engine/writer.ts'
import type { Device } from '../hub-world.ts'
import type { Dice } from './dice.ts'

/** What one save put into a note. */
export interface Deed {
  readonly record: RecordId
  readonly intent: string
  /** A word that no other save has put anywhere; null: a visit. */
  readonly word: string | null
}

export interface NoteRow {
  readonly body: string | null
  readonly visits: number
  readonly $deleted: 0 | 1
}

/** Also a deleted one. */
export const noteOf = ({ store }: Device, id: RecordId): NoteRow | undefined =>
  store.state.database.prepare('SELECT body, visits, "$deleted" FROM notes WHERE id = ?').get(id) as NoteRow | undefined

export const isThere = (row: NoteRow | undefined): row is NoteRow => row?.$deleted === 0

export class Person {
  readonly name: string
  readonly deeds: Deed[] = []
  readonly #dice: Dice
  readonly #told: string[]
  readonly #word: () => string

  /** `word`: another one with every call. */
  constructor(name: string, dice: Dice, told: string[], word: () => string) {
    this.name = name
    this.#dice = dice
    this.#told = told
    this.#word = word
  }

  act(device: Device, space: SpaceId): void {
    const notes = this.#notesOn(device)
    const at = this.#dice.roll()
    if (notes.length === 0 || at < 0.15)
      return void this.#save(device, space, device.newId(), { type: 'add', values: { title: this.#word() } })
    const note = this.#dice.pick(notes)
    if (at < 0.35) return this.#visit(device, space, note)
    if (at < 0.6) return this.#type(device, space, note)
    if (at < 0.97) return void this.#save(device, space, note, this.#edit(at))
    device.store.seal(space)
  }

  #visit(device: Device, space: SpaceId, record: RecordId): void {
    const saved = this.#save(device, space, record, { type: 'increment', field: 'visits', by: 1 })
    if (saved.ok) this.deeds.push({ record, intent: saved.value.intent, word: null })
  }

  /** Puts a word before, behind or between words, as they stand on the screen. */
  #type(device: Device, space: SpaceId, record: RecordId): void {
    const from = noteOf(device, record)?.body ?? ''
    const word = this.#word()
    const between = from.indexOf('<', Math.floor(this.#dice.roll() * from.length))
    const at = this.#dice.pick([0, from.length, Math.max(0, between)])
    const saved = this.#save(device, space, record, { type: 'edit', field: 'body', from, to: from.slice(0, at) + word + from.slice(at) })
    if (saved.ok) this.deeds.push({ record, intent: saved.value.intent, word })
  }

  #edit(at: number): object {
    if (at < 0.7) return { type: 'set', values: { title: this.#word() } }
    if (at < 0.8) return { type: 'set', values: { quality: this.#dice.pick(['poor', 'good', 'fair']) } }
    if (at < 0.93)
      return { type: this.#dice.chance(0.7) ? 'addTo' : 'removeFrom', field: 'tags', element: this.#dice.pick(['wet', 'dry', 'old']) }
    return { type: 'delete' }
  }

  #save(device: Device, space: SpaceId, record: RecordId, step: object): Result<Written, Refusal> {
    const steps = [{ collection: 'notes', record, ...step } as unknown as RecordStep]
    const saved = device.store.write({ space, createsSpace: true, steps })
    this.#told.push(`${this.name} ${JSON.stringify(step)} on ${record.slice(-4)}: ${saved.ok ? saved.value.intent : saved.error.code}`)
    return saved
  }

  #notesOn({ store }: Device): readonly RecordId[] {
    const rows = store.state.database.prepare('SELECT id FROM notes WHERE "$deleted" = 0 ORDER BY id').all()
    return rows.map(({ id }) => id as RecordId)
  }
}
