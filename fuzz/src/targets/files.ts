/** Files that a person, an operator or a damaged disk brings back: the lines of a download, manifests, and the ledger of a hub. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentText, decodeContent, decodePage, encodeRecordPart, type RecordId, type RecordPart, type SpaceId } from '@tombolo/core'
import { HubError } from '@tombolo/hub'
import { openLedger } from '@tombolo/hub/node'
import { readChangeLine } from '../../../packages/client/src/engine/export/change-line.ts'
import { readHistoryLine, writeHistoryLine } from '../../../packages/client/src/engine/export/history-line.ts'
import { Damaged } from '../../../packages/client/src/engine/export/line.ts'
import { readNewerRecordLine, readRecordLine } from '../../../packages/client/src/engine/export/record-line.ts'
import { readSpaceLine, writeSpaceLine } from '../../../packages/client/src/engine/export/space-line.ts'
import { readManifest } from '../../../packages/client/src/export/manifest.ts'
import { parseManifest } from '../../../packages/hub/src/backup/manifest.ts'
import { lineOf } from '../../../packages/hub/src/ledger/line.ts'
import { REPOSITORY } from '../paths.ts'
import { bytesOf, bytesOfJson, must, type Target, textOf } from '../target.ts'

const SPACE = '0193e4d2-7c00-7a11-8a22-3b4c5d6e7f80' as SpaceId
const TIME = '2027-01-15T08:00:00.000Z'
const SHA256 = 'a'.repeat(64)

const casesOf = (file: string): unknown => JSON.parse(readFileSync(join(REPOSITORY, 'conformance/protocol', `${file}.json`), 'utf8'))

const contents = (): readonly string[] => (casesOf('content') as readonly { readonly text: string }[]).map(({ text }) => text)

function recordParts(): readonly RecordPart[] {
  const pages = (casesOf('pull') as readonly { readonly wire: unknown }[]).map(({ wire }) => decodePage(wire))
  return pages.flatMap((page) => (page.ok && page.value.body.type === 'records' ? page.value.body.records : []))
}

/** The content of a change is the very text that was hashed. */
const content: Target = {
  name: 'content',
  seeds: () => contents().map(bytesOf),
  run(input) {
    const text = textOf(input)
    const read = decodeContent(text)
    must(!read.ok || contentText(read.value) === text, 'a content is read from another text than its own')
  },
}

const READERS: readonly ((text: string) => unknown)[] = [
  readChangeLine,
  (text) => readRecordLine('notes', text),
  readNewerRecordLine,
  readHistoryLine,
  readSpaceLine,
]

/** Each line of a download is read, or refused as damaged. */
const downloadLine: Target = {
  name: 'download-line',
  seeds: () => [...changeLines(), ...recordLines(), ...historyLines(), spaceLine()].map(bytesOf),
  run(input) {
    for (const read of READERS) {
      try {
        read(textOf(input))
      } catch (error) {
        if (!(error instanceof Damaged)) throw error
      }
    }
  },
}

function changeLines(): readonly string[] {
  const refused = { code: 'value.type', message: 'Not of this type', field: 'title' }
  const receipt = { effectiveStamp: 1, hubStamp: 2, mac: 'SignatureOfTheHub----A', unverified: true }
  const envelope = { order: 1, status: 'failed', savedAt: TIME, refused, attempt: 1, version: 2, nextVersion: null, receipt, form: 'f' }
  return contents().map((sealed) => `${JSON.stringify(envelope).slice(0, -1)},"content":${sealed}}`)
}

const recordLines = (): readonly string[] =>
  recordParts().map((part) => {
    const { collection, id } = part
    const confirmed = encodeRecordPart(part)
    return JSON.stringify({ collection, id, space: SPACE, deleted: false, edited: 1, schemaVersion: 1, confirmed })
  })

const historyLines = (): readonly string[] =>
  recordParts().flatMap(({ collection, id, record }) =>
    (record?.life.entries ?? []).map((entry) =>
      writeHistoryLine({ collection, id, field: '$life', entry: JSON.stringify(entry), over_by: null }),
    ),
  )

const spaceLine = (): string => writeSpaceLine({ id: SPACE, created: 1, version: 3, head: 4, complete_at: 1, newer_since: null })

const FAULTS: ReadonlySet<string> = new Set(['import.format', 'import.newer', 'import.damaged', 'import.tooLarge'])

const downloadManifest: Target = {
  name: 'download-manifest',
  seeds: () => {
    const parts = [{ name: 'spaces.ndjson', lines: 1, bytes: 100, sha256: SHA256 }]
    const schema = { version: 1, fingerprint: 'SchemaOfNotes-v3------', fields: [] }
    return [bytesOfJson({ format: 'tombolo-export', version: 1, takenAt: TIME, account: 'ann', epoch: null, schema, parts })]
  },
  run(input) {
    const read = readManifest(textOf(input))
    must(read.ok || FAULTS.has(read.error), 'a manifest is refused without a code of its own')
  },
}

const backupManifest: Target = {
  name: 'backup-manifest',
  seeds: () => {
    const sizes = { madeMs: 1, storageVersion: 1, schemaVersion: null, spaces: 1, changes: 1, bytes: 4096 }
    return [bytesOfJson({ format: 1, epoch: 'EpochOfThisHub', sha256: SHA256, key: 'NameOfTheKey', ...sizes })]
  },
  run(input) {
    const read = parseManifest(textOf(input))
    must(read === null || Number.isSafeInteger(read.bytes), 'a backup of no size counts as one')
  },
}

const LINES = [1, 2, 3].map((through) => {
  const id = `0193e4d2-8b3c-7d4e-9f50-61728394000${through}` as RecordId
  return lineOf({ space: SPACE, through, records: [{ collection: 'notes', id }] })
})

/** A damaged ledger is cut or refused: nothing that was not noted is ever read from it. */
const ledger: Target = {
  name: 'ledger',
  seeds: () => [LINES.join(''), `${LINES.join('')}${LINES[0]?.slice(0, -9)}`].map(bytesOf),
  run(input) {
    const directory = mkdtempSync(join(tmpdir(), 'tombolo-fuzz-'))
    const path = join(directory, 'hub.ledger')
    writeFileSync(path, input)
    try {
      for (const line of noted(path)) must(LINES.includes(line), 'what nobody noted is read from a ledger')
    } catch (error) {
      if (!(error instanceof HubError)) throw error
    } finally {
      rmSync(directory, { recursive: true })
    }
  },
}

function noted(path: string): readonly string[] {
  const opened = openLedger(path)
  try {
    return [...opened.after(0)].map(({ gone }) => lineOf(gone))
  } finally {
    opened.close()
  }
}

export const files: readonly Target[] = [content, downloadLine, downloadManifest, backupManifest, ledger]
