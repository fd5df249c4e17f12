/**
 * One seed, from beginning to verdict: safety, while things go wrong → heal, when they no longer do → resume, when new work flows → verify.
 */
import { loadAll } from '@tombolo/client/testing'
import { startMallory } from './adversary/mallory.ts'
import type { App, SignStep } from './app.ts'
import { Broken, holds } from './broken.ts'
import { type Coverage } from './coverage.ts'
import { Operator } from './hub/operator.ts'
import { isConverged, isDrained, metricsAreTrue, verdictsAreTrue } from './invariants/healed.ts'
import { nothingIsLost } from './invariants/loss.ts'
import { clockIsRight } from './invariants/saves.ts'
import { meetNowAndThen } from './people/meetings.ts'
import type { Plan } from './plan.ts'
import type { Line, TraceMode } from './trace.ts'
import { World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LOOKS_PER_DAY = 4
/** The longest backoff in the background, and the hour after which what only a person can mend is tried again. */
const DRAIN_MS = 3 * HOUR_MS
const DRAIN_STEP_MS = 10 * MINUTE_MS
const DRAIN_STEPS = DRAIN_MS / DRAIN_STEP_MS
const SAVE_MS = 10_000
/** Two polls while somebody looks, and what the exchanges take. */
const RESUME_MS = 3 * MINUTE_MS

/** Somebody who looks on, and changes nothing. What they conclude is part of the outcome. */
export interface Observer<T> {
  readonly begins: (world: World) => void
  /** Four times a day, while things go wrong. */
  readonly looks: (world: World) => void
  /** Everything has held, and is over. */
  readonly concludes: (world: World) => T | Promise<T>
}

export const NOBODY: Observer<null> = { begins: () => undefined, looks: () => undefined, concludes: () => null }

export interface Outcome<T> {
  readonly plan: Plan
  readonly coverage: Coverage
  /** Null: everything held. */
  readonly failure: Failure | null
  readonly digest: string
  readonly lines: readonly Line[]
  /** Null where it failed. */
  readonly concluded: T | null
}

/** What did not hold: an invariant, as the testkit's README lists them, and who broke it with what. */
export interface Failure {
  readonly invariant: string
  readonly message: string
}

export async function run<T>(app: App, plan: Plan, mode: TraceMode, observer: Observer<T>): Promise<Outcome<T>> {
  await loadAll()
  const world = new World(app, plan, mode)
  const failure = await failureOf(world, observer)
  const concluded = failure === null ? await observer.concludes(world) : null
  for (const device of world.devices) {
    device.die()
    device.disk.dispose()
  }
  world.hub.dispose()
  return { plan, coverage: world.coverage, failure, digest: world.trace.digest(), lines: world.trace.lines, concluded }
}

async function failureOf(world: World, observer: Observer<unknown>): Promise<Failure | null> {
  try {
    await live(world, observer)
    return null
  } catch (error) {
    if (error instanceof Broken) return { invariant: error.invariant, message: error.message }
    return { invariant: 'I-QUIET', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function live(world: World, observer: Observer<unknown>): Promise<void> {
  await world.begin()
  observer.begins(world)
  const operator = new Operator(world)
  startMallory(world)
  meetNowAndThen(world)
  await safety(world, observer)
  await heal(world, operator)
  await resume(world)
  await verify(world)
}

async function safety(world: World, observer: Observer<unknown>): Promise<void> {
  for (let look = 0; look < world.plan.days * LOOKS_PER_DAY; look++) {
    await world.pass(DAY_MS / LOOKS_PER_DAY)
    world.checkDevices()
    observer.looks(world)
    world.coverage.deviceMs += world.devices.length * (DAY_MS / LOOKS_PER_DAY)
    if (look % LOOKS_PER_DAY === LOOKS_PER_DAY - 1) await nothingIsLost(world)
  }
}

async function heal(world: World, operator: Operator): Promise<void> {
  world.isHealed = true
  world.trace.note('world', 'is healed')
  await operator.heal()
  for (const person of world.people) {
    person.heal()
    await person.device.heal()
    person.signIn()
  }
  // Whoever was healed has to hear from the hub first, of the time for one, also where nothing waits.
  await world.pass(RESUME_MS)
  for (let left = DRAIN_STEPS; left > 0 && !isQuiet(world, ['applied', 'failed']); left--) await world.pass(DRAIN_STEP_MS)
  verdictsAreTrue(world)
  await operator.mendApp()
  for (let left = DRAIN_STEPS; left > 0 && !isQuiet(world, ['applied']); left--) {
    for (const person of world.people) void person.mend(true)
    await world.pass(DRAIN_STEP_MS)
  }
  isDrained(world)
}

/** Every change stands thus, everyone has read everything. */
function isQuiet(world: World, statuses: readonly ('applied' | 'failed')[]): boolean {
  const others = `SELECT 1 FROM _change WHERE status NOT IN (${statuses.map((status) => `'${status}'`).join(', ')}) LIMIT 1`
  return world.devices.every((device) => {
    const rows = device.disk.query(others).all()
    return device.isOpen && rows.length === 0 && world.spacesOf(device.plan.account).every((space) => hasRead(world, device, space))
  })
}

function hasRead(world: World, device: World['devices'][number], space: ReturnType<World['spacesOf']>[number]): boolean {
  const head = world.hub.ledger.spaces.get(space)?.head ?? 0
  const row = device.disk.query('SELECT version, rebuilding FROM _space WHERE id = ?').values(space)[0]
  return head === 0 || (row?.[0] === head && row[1] === 0)
}

/** H-RESUME: what somebody writes now, everyone sees soon. */
async function resume(world: World): Promise<void> {
  const written: { readonly account: string; readonly step: SignStep }[] = []
  for (const person of world.people) {
    const { account } = person.device.plan
    const [space] = world.spacesOf(account)
    if (space === undefined) continue
    const step = person.sign()
    let saved: unknown = null
    const saving = person.save(space, [step])
    void saving.then((intent) => (saved = intent))
    // Through a tab that leads it takes a moment.
    await world.pass(SAVE_MS)
    holds(saved !== null, 'H-RESUME', () => `${person.device.name} cannot save`)
    clockIsRight(person.device)
    written.push({ account, step })
  }
  await world.pass(RESUME_MS)
  for (const { account, step } of written) {
    for (const device of world.devices.filter(({ plan }) => plan.account === account)) {
      const row = device.disk.query(`SELECT 1 FROM "${step.collection}" WHERE id = ? AND "$deleted" = 0`).get(step.record)
      holds(row !== undefined, 'H-RESUME', () => `${device.name} does not see ${JSON.stringify(step)}`)
    }
  }
}

async function verify(world: World): Promise<void> {
  isDrained(world)
  await nothingIsLost(world)
  world.checkDevices()
  await isConverged(world)
  await metricsAreTrue(world)
}
