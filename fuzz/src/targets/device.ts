/** What a device reads that it has not made itself: answers over HTTP, updates of texts, and words that somebody types. */
import Sqlite from 'better-sqlite3'
import { documentOf, type Name, ORIGIN_ENTRY } from '@tombolo/core'
import { textOfDocument, yjsEditor, yjsText } from '@tombolo/core/yjs'
import { matchOf } from '../../../packages/client/src/query/words.ts'
import { HttpTransport } from '../../../packages/client/src/sync/http-transport.ts'
import { bytesOf, must, type Target, textOf } from '../target.ts'

const REQUEST = 'r1'
const ENDINGS: ReadonlySet<string> = new Set(['answered', 'problem', 'not-the-hub'])

/** The first byte chooses status and media type; the rest is the body. */
const answer: Target = {
  name: 'http-answer',
  seeds: () => [
    bytesOf('0[1,2,3]'),
    bytesOf('1{"type":"urn:tombolo:problem:epoch","title":"t","status":409,"code":"epoch","class":"state","retryAfterMs":5}'),
    bytesOf('2<html>Sign in to HotelNet</html>'),
  ],
  async run(input) {
    const kind = (input[0] ?? 0) % 4
    const type = ['application/json', 'application/problem+json', 'text/html', 'application/json; charset=utf-8'][kind] ?? ''
    const init = { status: kind === 1 ? 409 : 200, headers: { 'tombolo-request': REQUEST, 'content-type': type } }
    const transport = new HttpTransport({
      hub: 'http://hub.test/sync',
      fetch: async () => new Response(Uint8Array.from(input.subarray(1)), init),
      token: () => 'ann',
      mintId: () => REQUEST,
      monotonicMs: () => 0,
    })
    const exchange = await transport.request('pull', [1], { timeoutMs: 60_000, signal: new AbortController().signal })
    must(ENDINGS.has(exchange.type), `an answer that came is told as ${exchange.type}`)
    must(exchange.type !== 'answered' || kind % 3 === 0, 'an answer of another media type is believed')
  },
}

/** An update that somebody else has made is merged whole, or refused; and the same on every replica. */
const textUpdate: Target = {
  name: 'text-update',
  seeds: () => {
    const editor = yjsEditor(() => 77)
    const first = editor.edit(EMPTY, { at: 0, remove: 0, insert: 'otter' })
    const then = yjsText.merge(EMPTY, first)?.document ?? EMPTY
    const second = editor.edit(then, { at: 2, remove: 2, insert: 'héron 🦦' })
    return [first, second, FURTHER].map((update) => Uint8Array.from(Buffer.from(update, 'base64')))
  },
  run(input) {
    const update = Buffer.from(input).toString('base64')
    for (const document of [EMPTY, WRITTEN]) mustMergeWhole(document, update)
  },
}

function mustMergeWhole(document: string, update: string): void {
  const merged = yjsText.merge(document, update)
  if (merged === null) return
  must(merged.text.isWellFormed(), 'a text holds half a character')
  must(textOfDocument(merged.document) === merged.text, 'a document is not what its text says')
  const repeated = yjsText.merge(merged.document, update)
  must(repeated === null || repeated.text === merged.text, 'the same update changes a text twice')
  const further = yjsText.merge(document, FURTHER)
  if (further === null) return
  const [one, other] = [yjsText.merge(further.document, update), yjsText.merge(merged.document, FURTHER)]
  must(one?.text === other?.text, 'two orders give two texts, or only one of them stands')
}

const EMPTY = documentOf(ORIGIN_ENTRY, yjsText)
const WRITTEN = yjsText.seed('otter tracks', 'AAAAAAAAAAAAAAAAAAAAAB' as Name)
/** What somebody else writes into the text that is there. */
const FURTHER = yjsEditor(() => 99).edit(WRITTEN, { at: 5, remove: 3, insert: ', a hér🦦n' })

/** Whatever is typed into a search field finds something or nothing. */
const searchWords: Target = {
  name: 'search-words',
  seeds: () => ['otter tracks', '"otter', 'NEAR(a b)', 'title:x OR y*', '-', 'naïve café', '东京 — 北'].map(bytesOf),
  run(input) {
    const expression = matchOf(textOf(input))
    if (expression === null) return
    SEARCH.prepare('SELECT count(*) AS found FROM notes WHERE notes MATCH ?').get(expression)
  },
}

const SEARCH = new Sqlite(':memory:')
SEARCH.exec(`CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize = 'unicode61 remove_diacritics 2')`)
SEARCH.prepare('INSERT INTO notes VALUES (?, ?)').run('otter tracks', 'naïve café 东京')

export const device: readonly Target[] = [answer, textUpdate, searchWords]
