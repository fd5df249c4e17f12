/**
 * Rounds of kill -9: devices on disk write without end, and in each round the hub, a device, or both are killed at a moment of chance, and
 * started again. Now and then the files of a killed device are copied, as a backup of a phone would be.
 *
 *   write, kill, start again … ──► everyone is killed ──► each device and each copy sends and receives everything ──► judge
 */
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Dice, diceOf } from '../test/season/dice.ts'
import { Child } from './child.ts'
import { damagedIn } from './databases.ts'
import { savedBy, settled, startWriting } from './devices.ts'
import { freePort } from './free-port.ts'
import { type Contents, type Findings, judge, together } from './judge.ts'
import type { Programs } from './programs.ts'

export interface KillOptions {
  readonly rounds: number
  readonly seed: number
  /** A folder of this torture alone. */
  readonly directory: string
  readonly programs: Programs
  readonly tell: (news: string) => void
}

export interface Killed extends Findings {
  readonly rounds: number
  readonly kills: number
  /** Saves that somebody was told of. */
  readonly saved: number
  /** Changes that the hub had while it and the devices were still being killed. */
  readonly sent: number
}

const DEVICES = ['a', 'b', 'c']
/** A kill comes within this time after its victim was seen at work. */
const MOMENT_MS = 300
const COPY_EVERY = 20
const COPIES_MAX = 4
const TELL_EVERY = 50

export async function killRounds({ rounds, seed, directory, programs, tell }: KillOptions): Promise<Killed> {
  const dice = diceOf(seed)
  const field = new Field(directory, programs, await freePort(), dice)
  try {
    await field.begin()
    for (let round = 1; round <= rounds; round += 1) {
      await field.round(round)
      if (round % TELL_EVERY === 0) tell(`${round} rounds, ${field.kills} kills, ${field.saved.size} saves`)
    }
    await field.killAll()
    const sent = field.changesOnHub()
    const found = await field.settle()
    return { rounds, kills: field.kills, saved: field.saved.size, sent, ...found }
  } finally {
    await field.killAll()
  }
}

class Field {
  readonly saved = new Set<string>()
  kills = 0
  readonly #directory: string
  readonly #programs: Programs
  readonly #port: number
  readonly #dice: Dice
  readonly #devices = new Map<string, Child>()
  readonly #copies: string[] = []
  #hub: Child | null = null
  #starts = 0

  constructor(directory: string, programs: Programs, port: number, dice: Dice) {
    this.#directory = directory
    this.#programs = programs
    this.#port = port
    this.#dice = dice
  }

  async begin(): Promise<void> {
    mkdirSync(join(this.#directory, 'hub'))
    await this.#startHub()
    for (const name of DEVICES) this.#startDevice(name)
    await Promise.all([...this.#devices.values()].map((device) => device.said('+')))
  }

  async round(round: number): Promise<void> {
    const { roll, pick, chance } = this.#dice
    const kills = pick(['hub', 'device', 'both', 'all'] as const)
    const names = kills === 'hub' ? [] : kills === 'all' ? DEVICES : [pick(DEVICES)]
    await Promise.all(names.map((name) => this.#isAtWork(name)))
    // Half of the kills come while somebody is talking to the hub, the others wherever they are.
    if (chance(0.5)) await this.#devices.get(names[0] ?? pick(DEVICES))?.next('=')
    await new Promise((resolve) => setTimeout(resolve, roll() * MOMENT_MS))
    const isHubKilled = kills !== 'device'
    this.#expectAlive()
    await Promise.all([...(isHubKilled ? [this.#killHub()] : []), ...names.map((name) => this.#killDevice(name))])
    if (round % COPY_EVERY === 0 && this.#copies.length < COPIES_MAX) this.#copy(names[0] ?? null)
    // Devices that were killed with the hub begin without it as often as with it.
    if (chance(0.5)) for (const name of names) this.#startDevice(name)
    if (isHubKilled) await this.#startHub()
    for (const name of names) if (!this.#devices.has(name)) this.#startDevice(name)
  }

  async killAll(): Promise<void> {
    await Promise.all([
      ...(this.#hub === null ? [] : [this.#killHub()]),
      ...[...this.#devices.keys()].map((name) => this.#killDevice(name)),
    ])
  }

  async #isAtWork(name: string): Promise<void> {
    await this.#devices.get(name)?.said('+')
  }

  /** Nobody ends but by being killed. */
  #expectAlive(): void {
    const ended = [...this.#devices].filter(([, device]) => device.isOver).map(([name]) => name)
    if (this.#hub?.isOver === true) ended.push('hub')
    if (ended.length > 0) throw new Error(`${ended.join(' and ')} ended by itself`)
  }

  changesOnHub(): number {
    const db = new Database(join(this.#directory, 'hub/hub.sqlite'), { readonly: true })
    try {
      return db.prepare<[], number>('SELECT coalesce(max(head), 0) FROM space').pluck().get() ?? 0
    } finally {
      db.close()
    }
  }

  /** Lets everyone send and receive everything, first one after the other, then again for what the later ones sent. */
  async settle(): Promise<Findings> {
    await this.#startHub()
    const all = [...DEVICES, ...this.#copies]
    for (const name of all) await this.#contentsOf(name)
    const contents: Contents[] = []
    // One that had nothing shows what the hub has.
    for (const name of [...all, 'newcomer']) contents.push(await this.#contentsOf(name))
    await this.#killHub()
    return together(judge(this.saved, contents), { lost: 0, doubled: 0, torn: damagedIn(this.#directory) })
  }

  #contentsOf(name: string): Promise<Contents> {
    return settled(this.#programs, { directory: join(this.#directory, name), hub: this.#url, account: 'ann' })
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}/sync`
  }

  async #startHub(): Promise<void> {
    this.#hub = new Child(this.#programs.hub, [join(this.#directory, 'hub'), String(this.#port)])
    await this.#hub.said('ready')
  }

  #startDevice(name: string): void {
    const start = (this.#starts += 1)
    const task = { directory: join(this.#directory, name), hub: this.#url, account: 'ann', isFounder: name === DEVICES[0] }
    const seed = Math.floor(this.#dice.roll() * 2 ** 31)
    this.#devices.set(name, startWriting(this.#programs, { ...task, prefix: `${name}.${start}`, seed }))
  }

  async #killHub(): Promise<void> {
    await this.#hub?.kill()
    this.#hub = null
    this.kills += 1
  }

  async #killDevice(name: string): Promise<void> {
    const device = this.#devices.get(name)
    await device?.kill()
    this.#devices.delete(name)
    this.kills += 1
    for (const word of device === undefined ? [] : savedBy(device)) this.saved.add(word)
  }

  #copy(name: string | null): void {
    if (name === null) return
    const copy = `copy-${this.#copies.length + 1}-of-${name}`
    cpSync(join(this.#directory, name), join(this.#directory, copy), { recursive: true })
    this.#copies.push(copy)
  }
}
