/** Texts in a form of our own: cursors, tokens in subprotocols, canonical JSON, stored records. */
import { createHmac } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { canonicalJson, decodeCursor, encodeCursor, type Json, liveProtocolsOf, liveTokenIn, type Mac, type SpaceId } from '@tombolo/core'
import { bytesOf, jsonOf, must, type Target, textOf } from '../target.ts'

const mac: Mac = (bytes) => createHmac('sha256', 'a key of the fuzzer').update(bytes).digest()
const PLACE = {
  space: '0193e4d2-7c00-7a11-8a22-3b4c5d6e7f80' as SpaceId,
  epoch: 'E',
  account: 'ann',
  base: 4,
  position: 9,
  last: null,
  tag: 'T',
}
const SIGNED = encodeCursor(PLACE, mac)

/** Nobody makes a cursor but the hub: what is accepted is what was signed. */
const cursor: Target = {
  name: 'cursor',
  seeds: () => [bytesOf(SIGNED), bytesOf('A'.repeat(40))],
  run(input) {
    const read = decodeCursor(textOf(input), mac)
    must(!read.ok || encodeCursor(read.value, mac) === textOf(input), 'a cursor that the hub has not made is accepted')
    must(!read.ok || textOf(input) === SIGNED, 'a forged cursor is accepted')
  },
}

const liveToken: Target = {
  name: 'live-token',
  seeds: () => [bytesOf(liveProtocolsOf('abc.def.ghi').join(', ')), bytesOf('tombolo, tombolo.bearer.')],
  run(input) {
    const token = liveTokenIn(textOf(input))
    if (token === null) return
    must(liveTokenIn(liveProtocolsOf(token).join(', ')) === token, 'a token does not come back')
    must(!/[\s\0]/.test(token), 'a token has a character that no header carries')
  },
}

/** The form that is hashed: the same value has one text, and the text is the value. */
const canonical: Target = {
  name: 'canonical-json',
  seeds: () => ['{"b":1,"a":[1e21,-0,0.1,"\\ud83d\\ude00"]}', '[[],{},null,true,"é"]'].map(bytesOf),
  run(input) {
    const value = jsonOf(input) as Json | undefined
    if (value === undefined || isUnsayable(value)) return
    const text = canonicalJson(value)
    const again = JSON.parse(text) as Json
    must(canonicalJson(again) === text, 'a canonical text is not its own canonical text')
    must(isDeepStrictEqual(again, JSON.parse(JSON.stringify(value))), 'a canonical text says another value')
  },
}

/** Lone surrogates have no UTF-8; a message with one is refused before it is hashed. */
const isUnsayable = (value: Json): boolean => !JSON.stringify(value).isWellFormed() || /\\ud[89a-f]/i.test(JSON.stringify(value))

export const texts: readonly Target[] = [cursor, liveToken, canonical]
