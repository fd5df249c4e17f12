/** The cases of conformance/protocol, as a client in any language runs them: nothing here knows how they were made. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../canonical.ts'
import { type Content, contentHashOf, contentText } from '../change.ts'
import type { Hash } from '../hash.ts'
import { nameOf } from '../ids.ts'
import { type ChainBase, type Linked, linksOf } from './chain.ts'
import * as protocol from './index.ts'

type Case = { readonly id: string } & { readonly [member: string]: unknown }

const sha256: Hash = (bytes) => createHash('sha256').update(bytes).digest()
const fileOf = (name: string): URL => new URL(`../../../../conformance/protocol/${name}.json`, import.meta.url)
const casesOf = (...names: readonly string[]): readonly Case[] =>
  names.flatMap((name) => JSON.parse(readFileSync(fileOf(name), 'utf8')) as Case[])

type Codec = { readonly encode: (message: never) => unknown; readonly decode: (wire: unknown) => unknown }
const CODECS: Readonly<Record<string, Codec>> = {
  HelloRequest: { encode: protocol.encodeHelloRequest, decode: protocol.decodeHelloRequest },
  HelloAnswer: { encode: protocol.encodeHelloAnswer, decode: protocol.decodeHelloAnswer },
  PushRequest: { encode: protocol.encodePushRequest, decode: protocol.decodePushRequest },
  PushAnswer: { encode: protocol.encodePushAnswer, decode: protocol.decodePushAnswer },
  PullRequest: { encode: protocol.encodePullRequest, decode: protocol.decodePullRequest },
  Page: { encode: protocol.encodePage, decode: protocol.decodePage },
  PollRequest: { encode: protocol.encodePollRequest, decode: protocol.decodePollRequest },
  PollAnswer: { encode: protocol.encodePollAnswer, decode: protocol.decodePollAnswer },
  LiveFrame: { encode: protocol.encodeLiveFrame, decode: protocol.decodeLiveFrame },
  Problem: { encode: (problem: unknown) => problem, decode: protocol.decodeProblem },
}
const codecOf = ({ kind }: Case): Codec => CODECS[String(kind)] ?? { encode: () => null, decode: () => null }

test.each(casesOf('hello', 'push', 'pull', 'poll', 'live', 'problem'))('$id is written and read', (one) => {
  expect(codecOf(one).encode(one['message'] as never)).toEqual(one['wire'])
  expect(codecOf(one).decode(one['wire'])).toEqual({ ok: true, value: one['message'] })
})

test.each(casesOf('accepted'))('$id is read', (one) => {
  expect(codecOf(one).decode(one['wire'])).toEqual({ ok: true, value: one['message'] })
})

test.each(casesOf('refused'))('$id is refused', (one) => {
  expect(codecOf(one).decode(one['wire'])).toEqual({ ok: false, error: { code: one['code'], path: one['path'] } })
})

test.each(casesOf('canonical-json'))('canonical JSON: $id', ({ json, canonical }) => {
  expect(canonicalJson(JSON.parse(String(json)) as Json)).toBe(canonical)
})

test.each(casesOf('ids'))('id on the wire: $id', ({ id, wire }) => {
  expect([protocol.wireIdOf(id), protocol.uuidOfWireId(wire)]).toEqual([wire, id])
})

test.each(casesOf('content'))('content and name: $id', ({ content, text, hash, name }) => {
  const one = content as Content
  expect(contentText(one)).toBe(text)
  const contentHash = contentHashOf(sha256, String(text))
  expect([contentHash, nameOf(one.intent, contentHash)]).toEqual([hash, name])
})

test.each(casesOf('chain'))('[P2] $id', ({ base, changes, links }) => {
  expect(linksOf(sha256, base as ChainBase, changes as readonly Linked[])).toEqual(links)
})
