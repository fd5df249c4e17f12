/**
 * What must hold on a device at any moment.
 *
 * I-ATOM no change is there by half · I-STATE a record's state follows from its changes, its conflicts from the rules · I-CURSOR what was read stays read ·
 * I-VIEW what is shown was read or is open (view.ts) · I-ONCE nothing was saved that nobody asked for, or twice, whichever tab was asked ·
 * I-DIGEST its records never differ from the hub's without an error
 */
import { type Intent, type RecordId, SPACE_COLLECTION, type SpaceId } from '@tombolo/core'
import { holds } from '../broken.ts'
import type { Device } from '../device/device.ts'
import type { OwnRow } from '../device/own-row.ts'
import { reviewsOf } from '../reference/shown.ts'
import { showsEachOnce } from './view.ts'

/** How far a device had read, the last time somebody looked. */
export interface Position {
  readonly epoch: string
  readonly version: number
  /** How many epochs the hub had had. */
  readonly epochs: number
}

export class DeviceChecks {
  readonly #device: Device
  readonly #positions = new Map<SpaceId, Position>()
  #disk: Device['disk'] | null = null
  #recordPages = 0
  /** Changes that it has made since its disk came. */
  readonly #made = new Set<Intent>()
  #countedOn: Device['disk'] | null = null

  constructor(device: Device) {
    this.#device = device
  }

  check(): void {
    this.#once()
    this.#answeredOnce()
    this.#wholes()
    this.#states()
    this.#reviews()
    this.#readOn()
    this.#digests()
    this.#view()
  }

  /**
   * Looked at whenever the device is about to ask: a cursor that went back is soon ahead again, and what a page of records counts twice is
   * right again with the next verdict.
   */
  asks(): void {
    this.#readOn()
    const { recordPages } = this.#device.line
    if (recordPages !== this.#recordPages) this.#view()
    this.#recordPages = recordPages
  }

  #readOn(): void {
    // On another disk nothing counts that was read before.
    if (this.#disk !== this.#device.disk) this.#positions.clear()
    this.#disk = this.#device.disk
    this.#cursors()
  }

  #view(): void {
    const there = this.#collections()
    showsEachOnce(
      this.#device,
      this.#device.world.counters.filter(({ collection }) => there.includes(collection)),
    )
  }

  /** Of what a mirror brings back nobody knows when it was asked for. */
  #once(): void {
    const { asked, came, disk, name, plan } = this.#device
    if (plan.mirrored) return
    if (this.#countedOn !== disk) this.#made.clear()
    this.#countedOn = disk
    for (const intent of this.#device.intents()) if (!came.intents.has(intent)) this.#made.add(intent)
    const max = asked - came.asked
    holds(this.#made.size <= max, 'I-ONCE', () => `${name} has made ${[...this.#made].join(' ')}, and was asked for ${max}`)
  }

  /** A tab asks the next leader for what the last one has not answered: what was done is not done again. */
  #answeredOnce(): void {
    const { disk, name } = this.#device
    const ids = disk
      .query('SELECT asked FROM _change WHERE asked IS NOT NULL')
      .values()
      .flatMap(([asked]) => String(asked).split(' '))
    holds(new Set(ids).size === ids.length, 'I-ONCE', () => `${name} has done twice what it was asked for: ${ids.join(' ')}`)
  }

  #wholes(): void {
    const { disk, name, world } = this.#device
    const torn = world.app.torn((sql) => disk.query(sql))
    holds(torn === null, 'I-ATOM', () => `${name} shows half of a change: ${torn}`)
  }

  /** The tables of the release that was last open on this disk. */
  #collections(): readonly string[] {
    const { appVersion, disk, world } = this.#device
    const { collections } = world.app.device[appVersion]
    const tables = disk.query("SELECT name FROM sqlite_schema WHERE type = 'table'").values()
    return tables.flatMap(([name]) =>
      typeof name === 'string' && name !== SPACE_COLLECTION && Object.hasOwn(collections, name) ? [name] : [],
    )
  }

  #states(): void {
    const { disk } = this.#device
    const status = new Map(disk.query('SELECT seq, status FROM _change').values() as [number, OwnRow['status']][])
    const isUnsent = (seq: number): boolean => status.get(seq) === 'unsealed' || status.get(seq) === 'queued'
    for (const collection of this.#collections()) {
      const rows = disk.query(`SELECT id, "$state", "$open", "$failed", "$conflicts" FROM "${collection}" WHERE "$deleted" = 0`).values()
      for (const [id, state, open, failed, conflicts] of rows) {
        const expected = conflicts !== null ? 'conflicted' : failed !== null ? 'failed' : seqs(open).some(isUnsent) ? 'pending' : 'synced'
        holds(
          state === expected,
          'I-STATE',
          () => `${this.#device.name}: ${collection} ${String(id)} says ${String(state)} and is ${expected}`,
        )
        const isFailed = seqs(failed).every((seq) => status.get(seq) === 'failed')
        holds(isFailed, 'I-STATE', () => `${this.#device.name}: ${collection} ${String(id)} has ${String(failed)} as failed`)
      }
    }
  }

  /** What a person is asked to decide is what the rules leave to them. */
  #reviews(): void {
    const { appVersion, disk, name, opened, world } = this.#device
    if (opened === null) return
    const { records } = opened.store.state
    for (const collection of this.#collections()) {
      const definition = world.app.device[appVersion].collections[collection]
      const rows = disk.query(`SELECT id, "$conflicts" FROM "${collection}" WHERE "$deleted" = 0 AND "$version" > 0`).values()
      for (const [id, conflicts] of rows) {
        const stored = records.load(records.collection(collection), id as RecordId)
        const view = stored === undefined ? undefined : records.view(stored)
        if (definition === undefined || view === undefined) continue
        const [asked, due] = [JSON.parse(String(conflicts ?? '[]')) as string[], reviewsOf(definition, view)]
        const says = (): string => `${name}: ${collection} ${String(id)} asks for ${asked.join(', ')} and should for ${due.join(', ')}`
        holds(String(asked.sort()) === String(due), 'I-STATE', says)
      }
    }
  }

  #digests(): void {
    const mended = this.#device.disk.query("SELECT value FROM _meta WHERE key = 'mended'").get()?.['value']
    holds(mended === undefined, 'I-DIGEST', () => `${this.#device.name} had to mend its records: ${String(mended)}`)
  }

  #cursors(): void {
    const { disk, world } = this.#device
    const { epochs } = world.hub
    const epoch = String(disk.query("SELECT value FROM _meta WHERE key = 'epoch'").get()?.['value'] ?? '')
    for (const [id, version, rebuilding] of disk.query('SELECT id, version, rebuilding FROM _space').values()) {
      const space = id as SpaceId
      const before = this.#positions.get(space)
      const now = { epoch, version: Number(version), epochs: epochs.length }
      // While a space is read anew its version is that of the records which are still shown.
      if (rebuilding === 1) {
        this.#positions.delete(space)
        continue
      }
      // It may have been in another epoch meanwhile, and read this one anew when a backup brought it back.
      const stayed = before !== undefined && before.epoch === epoch && epochs.slice(before.epochs - 1).every((other) => other === epoch)
      const isForward = !stayed || now.version >= before.version
      holds(isForward, 'I-CURSOR', () => `${this.#device.name} was at ${before?.version} of ${space} and is at ${now.version}`)
      this.#positions.set(space, now)
    }
  }
}

const seqs = (text: unknown): readonly number[] => (typeof text === 'string' ? (JSON.parse(text) as number[]) : [])
