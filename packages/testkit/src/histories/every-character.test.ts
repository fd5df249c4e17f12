/** A law of texts, over random histories: a character that was typed leaves the text by its author's word only. */
import { assert } from '@tombolo/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OwnChange } from '../../../client/src/engine/own-change.ts'
import { expectSame, liveOf, meet, rowOf } from '../test/history-kit.ts'
import type { Device } from '../test/hub-world.ts'
import { Gate, twoWriters, typeOn, type Writers, writeOn } from '../test/text-kit.ts'

const DOINGS = ['type', 'type', 'type', 'typeRefused', 'otherTypes', 'sync', 'sync', 'retry', 'amend', 'discard'] as const
type Doing = (typeof DOINGS)[number]

/** Each change types one character that no other has; which change stands for which characters is followed through retry and amend. */
class Typing {
  readonly #writers: Writers
  readonly #byChange = new Map<number, string>()
  #typed = ''

  constructor(writers: Writers) {
    this.#writers = writers
  }

  get typed(): string {
    return sorted(this.#typed)
  }

  async do(doing: Doing, at: number): Promise<void> {
    const { a, b, space, record } = this.#writers
    switch (doing) {
      case 'type':
        return this.#follow(() => typeOn(a, space, record, ...this.#typedInto(a, at)))
      case 'typeRefused':
        return this.#follow(() => writeOn(a, space, record, 'Dodo', ...this.#typedInto(a, at)))
      case 'otherTypes':
        typeOn(b, space, record, ...this.#typedInto(b, at))
        return void (await b.sync())
      case 'sync':
        await this.meet()
        return void (await b.sync())
      case 'retry':
      case 'amend':
        return this.#follow(() => this.#redo(doing, at))
      case 'discard':
        return this.#discard(at)
    }
  }

  get failed(): readonly OwnChange[] {
    return liveOf(this.#writers.a).filter(({ status }) => status === 'failed')
  }

  async meet(): Promise<void> {
    await meet(this.#writers.a)
    for (const seq of this.#gone()) this.#byChange.delete(seq)
  }

  #redo(door: 'retry' | 'amend', at: number): void {
    const { a, record } = this.#writers
    const chosen = oneOf(this.failed, at)
    if (chosen === undefined) return
    if (door === 'retry') a.store.retry(chosen.seq)
    else a.store.amend(chosen.seq, [{ type: 'set', collection: 'notes', record, values: { title: 'Egret' } }])
  }

  /** Also what was never sent. */
  #discard(at: number): void {
    const { store } = this.#writers.a
    const chosen = oneOf(
      liveOf(this.#writers.a).filter(({ status, offered }) => status === 'failed' || !offered),
      at,
    )
    if (chosen === undefined) return
    const given = this.#byChange.get(chosen.seq) ?? ''
    this.#byChange.delete(chosen.seq)
    this.#typed = without(this.#typed, given)
    assert(store.discard(chosen.seq).ok, 'what failed, or was never offered, can be discarded')
  }

  /** A new change stands for the characters of those whose place it takes. */
  #follow(work: () => unknown): void {
    const { a, space } = this.#writers
    const typedBefore = this.#typed.length
    const before = new Set(liveOf(a).map(({ seq }) => seq))
    work()
    a.store.seal(space)
    const letters = this.#gone().map((seq) => this.#byChange.get(seq))
    for (const seq of this.#gone()) this.#byChange.delete(seq)
    const fresh = liveOf(a).find(({ seq }) => !before.has(seq))
    if (fresh !== undefined) this.#byChange.set(fresh.seq, letters.join('') + this.#typed.slice(typedBefore))
  }

  #gone(): number[] {
    const live = new Set(liveOf(this.#writers.a).map(({ seq }) => seq))
    return [...this.#byChange.keys()].filter((seq) => !live.has(seq))
  }

  #next = 0x4e00
  #typedInto(device: Device, at: number): [from: string, to: string] {
    const from = bodyOf(device, this.#writers)
    const letter = String.fromCharCode(this.#next++)
    const place = at % (from.length + 1)
    this.#typed += letter
    return [from, from.slice(0, place) + letter + from.slice(place)]
  }
}

const oneOf = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)]
const without = (text: string, given: string): string =>
  text
    .split('')
    .filter((letter) => !given.includes(letter))
    .join('')
const bodyOf = (device: Device, { record }: Writers): string => String(rowOf(device, record)['body'])
const sorted = (text: string): string => text.split('').sort().join('')

const histories = fc.array(fc.tuple(fc.constantFrom(...DOINGS), fc.nat(1000)), { minLength: 5, maxLength: 25 })

test('[P7] whatever is refused, retried, amended and discarded: every character is there, but those of discarded changes', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const hub = new Gate()
      const writers = await twoWriters(hub.app)
      const typing = new Typing(writers)
      for (const [doing, at] of history) await typing.do(doing, at)
      hub.isOpen = true
      for (await typing.meet(); typing.failed.length > 0; await typing.meet()) {
        expect(writers.a.store.retry(typing.failed.at(-1)?.seq ?? 0)).toMatchObject({ ok: true })
      }
      await meet(writers.b, writers.a)
      expectSame(writers.a, writers.b)
      expect(sorted(bodyOf(writers.a, writers))).toBe(typing.typed)
    }),
    { numRuns: 40 },
  )
}, 60_000)
