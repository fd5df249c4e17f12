/** Every message of the protocol: nothing makes a decoder throw, and what it accepts it can say again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as protocol from '@tombolo/core'
import type { Result, SpaceId } from '@tombolo/core'
import { REPOSITORY } from '../paths.ts'
import { bytesOfJson, jsonOf, must, type Target } from '../target.ts'

type Decode<T> = (wire: unknown) => Result<T, { readonly code: string }>

/** `kind` is the message's name in the conformance cases, which are the seeds. */
function messageTarget<T>(file: string, kind: string, decode: Decode<T>, encode: (message: T) => unknown): Target {
  return {
    name: kind.replaceAll(/(?<=.)[A-Z]/g, '-$&').toLowerCase(),
    seeds: () => seedsOf(file, kind),
    run(input) {
      const wire = jsonOf(input)
      if (wire === undefined) return
      const read = decode(wire)
      must(({} as { polluted?: true }).polluted === undefined, 'a message reached behind the objects')
      if (!read.ok) return must(CODES.has(read.error.code), `refused with ${read.error.code}`)
      const again = decode(JSON.parse(JSON.stringify(encode(read.value))))
      must(again.ok && isDeepStrictEqual(again.value, read.value), 'what was accepted is not what is said again')
    },
  }
}

const CODES: ReadonlySet<string> = new Set<protocol.DecodeCode>([
  'message.malformed',
  'message.tooDeep',
  'message.tooLarge',
  'stamp.malformed',
  'protocol.unsupported',
])

interface Case {
  readonly kind: string
  readonly wire: unknown
}

function seedsOf(file: string, kind: string): readonly Uint8Array[] {
  const cases = [file, 'accepted', 'refused'].flatMap((name) => {
    return JSON.parse(readFileSync(join(REPOSITORY, 'conformance/protocol', `${name}.json`), 'utf8')) as readonly Case[]
  })
  const seeds = cases.filter((one) => one.kind === kind).map(({ wire }) => bytesOfJson(wire))
  must(seeds.length > 0, `no conformance case is of kind ${kind}`)
  return seeds
}

const SPACE = '0193e4d2-7c00-7a11-8a22-3b4c5d6e7f80' as SpaceId

const logChunk: Target = {
  name: 'log-chunk',
  seeds: () => seedsOf('pull', 'Page').flatMap((page) => chunksIn(jsonOf(page)).map(bytesOfJson)),
  run(input) {
    const read = protocol.decodeLogChunk(jsonOf(input), SPACE)
    if (!read.ok || read.value.length === 0) return
    const again = protocol.decodeLogChunk(JSON.parse(JSON.stringify(protocol.encodeLogChunk(read.value))), SPACE)
    must(again.ok && isDeepStrictEqual(again.value, read.value), 'what was accepted is not what is said again')
  },
}

const chunksIn = (page: unknown): readonly unknown[] =>
  Array.isArray(page) && page[10] === 0 && Array.isArray(page[11]) ? (page[11] as unknown[]) : []

export const messages: readonly Target[] = [
  messageTarget('hello', 'HelloRequest', protocol.decodeHelloRequest, protocol.encodeHelloRequest),
  messageTarget('hello', 'HelloAnswer', protocol.decodeHelloAnswer, protocol.encodeHelloAnswer),
  messageTarget('push', 'PushRequest', protocol.decodePushRequest, protocol.encodePushRequest),
  messageTarget('push', 'PushAnswer', protocol.decodePushAnswer, protocol.encodePushAnswer),
  messageTarget('pull', 'PullRequest', protocol.decodePullRequest, protocol.encodePullRequest),
  messageTarget('pull', 'Page', protocol.decodePage, protocol.encodePage),
  messageTarget('poll', 'PollRequest', protocol.decodePollRequest, protocol.encodePollRequest),
  messageTarget('poll', 'PollAnswer', protocol.decodePollAnswer, protocol.encodePollAnswer),
  messageTarget('live', 'LiveFrame', protocol.decodeLiveFrame, protocol.encodeLiveFrame),
  messageTarget('digest', 'DigestRequest', protocol.decodeDigestRequest, protocol.encodeDigestRequest),
  messageTarget('digest', 'DigestAnswer', protocol.decodeDigestAnswer, protocol.encodeDigestAnswer),
  messageTarget('digest', 'RangeRequest', protocol.decodeRangeRequest, protocol.encodeRangeRequest),
  messageTarget('digest', 'RangeAnswer', protocol.decodeRangeAnswer, protocol.encodeRangeAnswer),
  messageTarget('problem', 'Problem', protocol.decodeProblem, (problem) => problem),
  logChunk,
]
