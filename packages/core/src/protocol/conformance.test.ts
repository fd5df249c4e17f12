/** The cases of conformance/protocol, as a client in any language runs them: nothing here knows how they were made. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { canonicalJson, type Json } from '../canonical.ts'
import { type Content, contentHashOf, contentText } from '../change.ts'
import { fingerprintOf, type IdentifiedRecord } from '../digest/digest.ts'
import type { Hash } from '../hash.ts'
import { nameOf } from '../ids.ts'
import { canonicalRecord } from '../merge/canonical-record.ts'
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
  DigestRequest: { encode: protocol.encodeDigestRequest, decode: protocol.decodeDigestRequest },
  DigestAnswer: { encode: protocol.encodeDigestAnswer, decode: protocol.decodeDigestAnswer },
  RangeRequest: { encode: protocol.encodeRangeRequest, decode: protocol.decodeRangeRequest },
  RangeAnswer: { encode: protocol.encodeRangeAnswer, decode: protocol.decodeRangeAnswer },
  LiveFrame: { encode: protocol.encodeLiveFrame, decode: protocol.decodeLiveFrame },
  Problem: { encode: (problem: unknown) => problem, decode: protocol.decodeProblem },
}
const codecOf = ({ kind }: Case): Codec => CODECS[String(kind)] ?? { encode: () => null, decode: () => null }

test.each(casesOf('hello', 'push', 'pull', 'poll', 'digest', 'live', 'problem'))('$id is written and read', (one) => {
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

const fingerprints = casesOf('fingerprints')

test.each(fingerprints.filter(({ of }) => of === undefined))('[Q5] the fingerprint of $id', (one) => {
  const record = one['record'] as IdentifiedRecord
  expect(canonicalRecord(record.state)).toBe(one['canonical'])
  expect(fingerprintOf(sha256, record)).toBe(one['fingerprint'])
})

test.each(fingerprints.filter(({ of }) => of !== undefined))('[Q5] the digest of $id', ({ of, count, digest }) => {
  const numbers = (of as readonly string[]).map((each) => BigInt(`0x${Buffer.from(each, 'base64url').toString('hex')}`))
  const sum = numbers.reduce((total, each) => total + each, 0n) % 2n ** 128n
  expect([numbers.length, Buffer.from(sum.toString(16).padStart(32, '0'), 'hex').toString('base64url')]).toEqual([count, digest])
})
