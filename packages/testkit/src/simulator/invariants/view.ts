/**
 * I-VIEW: what a device shows is what the hub had accepted up to where the device has read, and its own open changes: each once.
 *
 * It is looked at in counters, where a change that counts twice, or not at all, cannot hide behind another.
 */
import { type Name, parseContent, type RecordId, type SpaceId } from '@tombolo/core'
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'
import { type SpaceLedger, tagAt } from '../hub/ledger.ts'
import { type Counter, type Increment, incrementsIn, incrementsOf, type Spot, spotOf } from '../reference/increments.ts'

/** `counters`: those whose tables the device has. */
export function showsEachOnce(device: Device, counters: readonly Counter[]): void {
  const { disk, world } = device
  const epoch = disk.query("SELECT value FROM _meta WHERE key = 'epoch'").get()?.['value'] ?? null
  if (counters.length === 0 || (epoch !== null && epoch !== world.hub.epochs.at(-1))) return
  // While a space is read anew, the records of another history are still shown.
  for (const [id, cursor, version] of disk.query('SELECT id, cursor, version FROM _space WHERE rebuilding = 0').values()) {
    const space = id as SpaceId
    const ledger = world.hub.ledger.spaces.get(space)
    if (!isOfThisHistory(ledger, cursor as string | null)) continue
    const read =
      ledger === undefined ? [] : incrementsOf(space, ledger, counters).filter((increment) => increment.version <= Number(version))
    const open = openIncrements(device, space, counters, new Set(read.map(({ name }) => name)))
    showsSums(device, space, counters, { all: sumsOf([...read, ...open]), open: sumsOf(open) })
  }
}

/** Whether the history that was read is the one that the hub has now: it may have been put back since. */
function isOfThisHistory(ledger: SpaceLedger | undefined, cursor: string | null): boolean {
  if (cursor === null) return true
  const { position, tag } = placeIn(cursor)
  return position === 0 || (ledger !== undefined && tagAt(ledger, position) === tag)
}

/** A cursor is opaque to devices, not to those who judge: 22 characters of signature, then the place. */
function placeIn(cursor: string): { readonly position: number; readonly tag: string } {
  const [, , , , position, , tag] = JSON.parse(Buffer.from(cursor.slice(22), 'base64url').toString()) as readonly unknown[]
  return { position: Number(position), tag: String(tag) }
}

/** Of the device's own changes that were not refused, and not `read` either. */
function openIncrements({ disk }: Device, space: SpaceId, counters: readonly Counter[], read: ReadonlySet<Name>): readonly Increment[] {
  const mayIncrement = counters.map(({ field }) => `content LIKE '%"${field}"%'`).join(' OR ')
  const own = disk.query(`SELECT name, content FROM _change WHERE space = ? AND status <> 'failed' AND (${mayIncrement})`).values(space)
  return own.flatMap(([name, content]) => (read.has(name as Name) ? [] : incrementsIn(parseContent(String(content)))))
}

function sumsOf(increments: readonly Increment[]): ReadonlyMap<Spot, number> {
  const sums = new Map<Spot, number>()
  for (const { spot, by } of increments) sums.set(spot, (sums.get(spot) ?? 0) + by)
  return sums
}

interface Sums {
  readonly all: ReadonlyMap<Spot, number>
  readonly open: ReadonlyMap<Spot, number>
}

/**
 * A record that only refused changes have written is shown by them; one that was forgotten, and is written to again, by what is open. The
 * hub's log may still have what it was.
 */
function showsSums({ disk, name }: Device, space: SpaceId, counters: readonly Counter[], { all, open }: Sums): void {
  for (const counter of counters) {
    const { collection, field } = counter
    const rows = disk
      .query(
        `SELECT id, "${field}", "$version" FROM "${collection}" WHERE space = ? AND "$deleted" = 0 AND ("$version" > 0 OR "$failed" IS NULL)`,
      )
      .values(space)
    for (const [id, sum, version] of rows) {
      const due = (version === 0 ? open : all).get(spotOf(counter, id as RecordId)) ?? 0
      holds(sum === due, 'I-VIEW', () => `${name} shows ${field} = ${String(sum)} of ${collection} ${String(id)}, and it is ${due}`)
    }
  }
}
