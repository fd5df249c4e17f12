/**
 * I-HEED: what the hub says has the effect on a device that the spec gives it, looked at right behind each answer. What goes wrong here comes
 * right by itself mostly, and harms somebody only when three things go wrong at once.
 *
 *   a refusal      the device takes its attempt over, and an older one refuses nothing [P3]
 *   applied        counts whatever attempt the device is at [P3]
 *   a cursor       of a push counts only where the device stands as it did when it asked [Q2]
 *   another's      change is no verdict on a change of the device that has its intent and another content [P3]
 *   a page         of records is dropped while something offered is not among what it was asked for; what a copy has sent counts as offered [Q2]
 */
import {
  type ContentHash,
  decodePage,
  decodePullRequest,
  decodePushAnswer,
  decodePushRequest,
  intentOfName,
  type Name,
  nameOf,
  type Page,
  type PushAnswer,
  type Verdict,
  type Wire,
} from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'

/** Throws where the answer had another effect. */
export type Effect = () => unknown

/** What must hold once the device has taken an answer that has just come. */
export function effectsOf(device: Device, path: RequestPath, request: Wire, answer: unknown): readonly Effect[] {
  if (path === 'push') {
    const [asked, said] = [decodePushRequest(request), decodePushAnswer(answer)]
    return asked.ok && said.ok && isPresent(device, said.value) ? ofPush(device, asked.value.cursor, said.value) : []
  }
  if (path !== 'pull') return []
  const [asked, said] = [decodePullRequest(request), decodePage(answer)]
  return asked.ok && said.ok && isPresent(device, said.value) ? ofPage(device, new Set<string>(asked.value.waiting), said.value) : []
}

/** The same of a page that was not asked for. */
export function effectsOfDelta(device: Device, page: unknown): readonly Effect[] {
  const told = decodePage(page)
  return told.ok && isPresent(device, told.value) ? ofPage(device, new Set(), told.value) : []
}

function ofPush(device: Device, askedAt: string | null, { cursor, space, verdicts }: PushAnswer): readonly Effect[] {
  const before = cursorOf(device, space)
  const stays = (): void =>
    holds(cursorOf(device, space) === before, 'I-HEED', () => `${device.name} goes on from where it does not stand in ${space}`)
  // Versions of different histories cannot be compared.
  const isBounded = (): void => {
    const [row] = device.disk.query('SELECT durable, rebuilding FROM _space WHERE id = ?').values(space)
    holds(row?.[1] !== 1 || row[0] === 0, 'I-HEED', () => `${device.name} calls ${space} durable while it is read anew`)
  }
  return [
    isBounded,
    ...verdicts.flatMap((verdict) => ofVerdict(device, verdict, true)),
    ...(cursor !== null && before !== askedAt ? [stays] : []),
  ]
}

function ofVerdict(device: Device, { attempt, name, type }: Verdict, isAnswer: boolean): readonly Effect[] {
  const before = changeOf(device, name)
  if (before === undefined) return []
  return [
    () => {
      const now = changeOf(device, name)
      if (now === undefined) return
      const told = `${device.name} has ${name} ${now.status} at attempt ${now.attempt}, and heard ${type} for attempt ${attempt}`
      if (type === 'applied') return holds(now.status === 'applied', 'I-HEED', () => told)
      const isQueued = before.status === 'queued'
      // A copy of the device may have been refused without the receipt.
      if (isQueued && before.hasReceipt && !isAnswer)
        return holds(now.status === 'queued', 'I-HEED', () => `${told}, though not to its receipt`)
      const isStale = isQueued && attempt < before.attempt
      holds(now.attempt >= attempt && !(isStale && now.status === 'failed'), 'I-HEED', () => told)
    },
  ]
}

function ofPage(device: Device, waiting: ReadonlySet<string>, page: Page): readonly Effect[] {
  const { cursor, from, replica, space, verdicts } = page
  if (from !== cursorOf(device, space) || cursor === from) return []
  const told = verdicts.flatMap((verdict) => ofVerdict(device, verdict, false))
  const isTaken = (): boolean => cursorOf(device, space) === cursor
  const others = page.body.type === 'log' ? page.body.entries.flatMap(({ name }) => ofAnother(device, name)) : []
  return [
    () => isTaken() && [...told, ...others].forEach((isSo) => isSo()),
    ...(page.body.type === 'records' && replica === replicaOf(device)
      ? ofRecords(device, waiting, page, page.body.sentThrough, isTaken)
      : []),
  ]
}

/** A copy has sent what was typed on it under the intent that this device types on under, too. */
function ofAnother({ disk, name: who }: Device, name: Name): readonly Effect[] {
  const intent = intentOfName(name)
  const [row] = disk.query("SELECT seq FROM _change WHERE intent = ? AND name IS NOT ? AND status <> 'applied'").values(intent, name)
  if (row === undefined) return []
  return [
    () => {
      const [now] = disk.query('SELECT status, content_hash FROM _change WHERE seq = ?').values(Number(row[0]))
      // What was being typed is sealed before a page is taken, and may turn out to be the same.
      const isOwn = now !== undefined && (now[0] !== 'applied' || nameOf(intent, now[1] as ContentHash) === name)
      holds(isOwn, 'I-HEED', () => `${who} takes what a copy has sent as ${intent} for its own, which has another content`)
    },
  ]
}

function ofRecords(
  device: Device,
  waiting: ReadonlySet<string>,
  { replica, space }: Page,
  sentThrough: number,
  isTaken: () => boolean,
): readonly Effect[] {
  const isMissing = device.changesWhere("space = ? AND status = 'queued' AND offered = 1", space).some(({ intent }) => !waiting.has(intent))
  return [
    () => {
      if (replicaOf(device) !== replica) return
      holds(!(isMissing && isTaken()), 'I-HEED', () => `${device.name} takes a page that may show what it has offered in ${space} twice`)
      const unoffered = device.changesWhere("space = ? AND status = 'queued' AND n <= ? AND offered = 0", space, sentThrough)
      holds(unoffered.length === 0, 'I-HEED', () => `${device.name} does not know that a copy has sent ${String(unoffered[0]?.intent)}`)
    },
  ]
}

const isPresent = (device: Device, { epoch }: Pick<Page, 'epoch'>): boolean => metaOf(device, 'epoch') === epoch

const replicaOf = (device: Device): unknown => metaOf(device, 'replica')
const metaOf = ({ disk }: Device, key: string): unknown => disk.query('SELECT value FROM _meta WHERE key = ?').get(key)?.['value']

const cursorOf = ({ disk }: Device, space: string): unknown =>
  disk.query('SELECT cursor FROM _space WHERE id = ?').values(space)[0]?.[0] ?? null

interface Standing {
  readonly status: string
  readonly attempt: number
  readonly hasReceipt: boolean
}

function changeOf({ disk }: Device, name: string): Standing | undefined {
  const row = disk.query('SELECT status, attempt, receipt FROM _change WHERE name = ?').get(name)
  return row === undefined
    ? undefined
    : { status: String(row['status']), attempt: Number(row['attempt']), hasReceipt: row['receipt'] !== null }
}
