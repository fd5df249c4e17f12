// What every EnginePort must do, wherever its engine is; contract-kit.ts says how such a list is run.
import { mintRecordId, mintSpaceId, type RecordId, type SpaceId } from '@tombolo/core'
import type { EnginePort, Query, StoreStatus, WatchEvent, WatchRequest, WriteBatch } from '../../engine/port.ts'
import { check, type ContractCase } from '../../storage/contract-kit.ts'

export interface PortSubject {
  readonly port: EnginePort
  /** Resolves when this is so; rejects when it never is. */
  until(isSo: () => boolean): Promise<void>
}

export type PortCase = ContractCase<PortSubject>

const random = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
const newRecord = (): RecordId => mintRecordId(Date.now(), random)
const newSpace = (): SpaceId => mintSpaceId(Date.now(), random)

const notes = (space: SpaceId): Query => ({
  collection: 'notes',
  space,
  where: [],
  orderBy: [{ field: 'title', direction: 'asc' }],
  limit: null,
  offset: 0,
  search: null,
})

let operations = 0
const adds = (space: SpaceId, title: unknown, record: RecordId = newRecord()): WriteBatch => ({
  operationId: `contract-${++operations}`,
  type: 'write',
  space,
  createsSpace: true,
  steps: [{ type: 'add', collection: 'notes', record, values: { title: title as string } }],
})

async function titles({ port }: PortSubject, space: SpaceId): Promise<unknown[]> {
  const answer = await port.read({ type: 'query', query: notes(space) })
  return answer.type === 'rows' ? answer.rows.map((row) => row['title']) : []
}

export const portContract: readonly PortCase[] = [
  named('it says which schema it has, and how long it keeps things', async ({ port }) => {
    const { schema, durability } = await port.open()
    check([schema.version, typeof schema.fingerprint, durability], [1, 'string', 'disk'])
  }),
  named('what was written is read', async (subject) => {
    const space = newSpace()
    const answer = await subject.port.write(adds(space, 'Heron'))
    check([answer.ok, answer.ok && typeof answer.intent], [true, 'string'])
    check(await titles(subject, space), ['Heron'])
  }),
  named('batches that are sent together are carried out in order', async (subject) => {
    const space = newSpace()
    const record = newRecord()
    const step = (title: string): WriteBatch => ({
      operationId: `contract-${++operations}`,
      type: 'write',
      space,
      steps: [{ type: 'set', collection: 'notes', record, values: { title } }],
    })
    await Promise.all([adds(space, '1', record), step('2'), step('3'), step('4')].map((batch) => subject.port.write(batch)))
    check(await titles(subject, space), ['4'])
  }),
  named('a batch that is sent again is carried out once, and answered as before', async (subject) => {
    const space = newSpace()
    const batch = adds(space, 'Heron')
    const answers = [
      await subject.port.write(batch),
      await subject.port.write(batch),
      ...(await Promise.all([subject.port.write(batch), subject.port.write(batch)])),
    ]
    check(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1)
    check((await titles(subject, space)).length, 1)
  }),
  named('a batch that the schema does not allow is refused with its place, and nothing of it is kept', async (subject) => {
    const space = newSpace()
    const answer = await subject.port.write(adds(space, 7))
    check(answer.ok ? '' : [answer.code, answer.collection, answer.field], ['value.type', 'notes', 'title'])
    check(await titles(subject, space), [])
  }),
  named(
    'a watch tells the rows, then what changed, in the order in which it was written; and nothing after it was stopped',
    async (subject) => {
      const space = newSpace()
      const events: WatchEvent[] = []
      const stop = subject.port.watch({ type: 'query', query: notes(space) }, (event) => events.push(event))
      await subject.until(() => events.length === 1)
      await Promise.all(['a', 'b', 'c'].map((title) => subject.port.write(adds(space, title))))
      // Writes of one turn may be told as one change.
      const told = (): unknown[] =>
        events.flatMap((event) => (event.type === 'delta' ? event.upserted.map((row) => row['title']) : event.type))
      await subject.until(() => told().length === 4)
      check(told(), ['rows', 'a', 'b', 'c'])
      const toldBefore = events.length
      stop()
      const count = await watched(subject, { type: 'count', query: notes(space) }, 3)
      await subject.port.write(adds(space, 'd'))
      await count.until(4)
      check(events.length, toldBefore)
    },
  ),
  named('a watch that is stopped at once tells nothing more', async (subject) => {
    const space = newSpace()
    let told = 0
    subject.port.watch({ type: 'query', query: notes(space) }, () => told++)()
    const toldAtOnce = told
    const count = await watched(subject, { type: 'count', query: notes(space) }, 0)
    await subject.port.write(adds(space, 'a'))
    await count.until(1)
    check(told, toldAtOnce)
  }),
  named('spaces and the outbox are watched', async (subject) => {
    const space = newSpace()
    const [spaces, outbox]: WatchEvent[][] = [[], []]
    subject.port.watch({ type: 'spaces' }, (event) => spaces?.push(event))
    subject.port.watch({ type: 'outbox' }, (event) => outbox?.push(event))
    await subject.port.write(adds(space, 'Heron'))
    const last = (events: readonly WatchEvent[] | undefined): WatchEvent | undefined => events?.at(-1)
    await subject.until(() => {
      const [known, waiting] = [last(spaces), last(outbox)]
      return (
        known?.type === 'spaces' &&
        known.spaces.some(({ id }) => id === space) &&
        waiting?.type === 'outbox' &&
        waiting.items.some((item) => item.space === space)
      )
    })
  }),
  named('a query that cannot be is an error with a code, and a watch of it says so', async (subject) => {
    const query = { ...notes(newSpace()), orderBy: [{ field: 'colour', direction: 'asc' as const }] }
    const error: unknown = await subject.port.read({ type: 'query', query }).catch((thrown: unknown) => thrown)
    check([error instanceof Error, typeof (error as { code?: unknown }).code], [true, 'string'])
    const events: WatchEvent[] = []
    subject.port.watch({ type: 'query', query }, (event) => events.push(event))
    await subject.until(() => events[0]?.type === 'failed')
  }),
  named('the status is told at once, and when it changes', async (subject) => {
    const statuses: StoreStatus[] = []
    const stop = subject.port.status((status) => statuses.push(status))
    await subject.until(() => statuses.length > 0)
    const { toSend } = statuses[0] ?? { toSend: Number.NaN }
    await subject.port.write(adds(newSpace(), 'Heron'))
    await subject.until(() => statuses.at(-1)?.toSend === toSend + 1)
    stop()
  }),
]

/** A watch of a count, which tells when everything before it has been told. */
async function watched(subject: PortSubject, request: WatchRequest, first: number): Promise<{ until(count: number): Promise<void> }> {
  let count: number | null = null
  subject.port.watch(request, (event) => (count = event.type === 'count' ? event.count : count))
  await subject.until(() => count === first)
  return { until: (wanted) => subject.until(() => count === wanted) }
}

function named(title: string, run: PortCase['run']): PortCase {
  return { title, run }
}
