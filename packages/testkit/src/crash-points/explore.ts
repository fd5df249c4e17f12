/**
 * Runs a scenario once for each of its points: first with nothing going wrong, to count the operations, then again and again from the same
 * start with one fault at one of them; each time everything is healed, and judged.
 */
import { hubOf, judged, viewOf, type View } from './judge.ts'
import { Plan, type Point } from './plan.ts'
import type { Scenario, ScenarioParts } from './scenario.ts'
import { watchUncaught } from './uncaught.ts'
import { type Kept, textOf, World, type WorldOptions } from './world.ts'

export interface Failure {
  readonly scenario: string
  readonly point: Point | null
  /** The operation at which it happened. */
  readonly at: string
  readonly wrong: readonly string[]
}

export interface Explored {
  /** All points of the scenario. */
  readonly points: number
  /** The points that were run, and the run in which nothing went wrong. */
  readonly runs: number
  readonly failures: readonly Failure[]
}

/** `choose`: which of the points are run. */
export async function explore(one: Scenario, choose: (points: readonly Point[]) => readonly Point[]): Promise<Explored> {
  let explored: Explored = { points: 0, runs: 0, failures: [] }
  await one.run(async (parts) => {
    const prepared = await prepare(parts)
    const clean = await run(parts, prepared, null)
    const points = clean.plan.points().filter((point) => canBe(point, parts))
    const failures: Failure[] = []
    const chosen = choose(points)
    for (const point of [null, ...chosen]) {
      const wrong = point === null ? clean.wrong : (await run(parts, prepared, point)).wrong
      if (wrong.length > 0)
        failures.push({ scenario: one.name, point, at: point === null ? 'nothing goes wrong' : clean.plan.describe(point), wrong })
    }
    explored = { points: points.length, runs: chosen.length + 1, failures }
  })
  return explored
}

/** A database in memory does not fail; it ends with its process. Its mirror does. */
const canBe = ({ side, fault }: Point, { durability = 'disk' }: WorldOptions): boolean =>
  durability === 'disk' || side !== 'device' || fault.startsWith('dies')

interface Prepared<C> {
  readonly kept: Kept
  readonly context: C
}

async function prepare<C>({ before, ...options }: ScenarioParts<C>): Promise<Prepared<C>> {
  const world = new World(options, new Plan(null), null)
  const { result: context, kept } = await toItsEnd(world, () => before(world)).catch((error: unknown) => {
    throw new Error([...world.bugs, textOf(error)].join('\n'))
  })
  if (world.bugs.length > 0) throw new Error(world.bugs.join('\n'))
  return { kept, context }
}

interface Ran {
  readonly plan: Plan
  readonly wrong: readonly string[]
}

async function run<C>(parts: ScenarioParts<C>, { kept, context }: Prepared<C>, point: Point | null): Promise<Ran> {
  const world = new World(parts, new Plan(point), kept)
  const { result: wrong } = await toItsEnd(world, () => wrongIn(world, parts, context, point?.at ?? 0))
  return { plan: world.plan, wrong: [...new Set([...world.bugs, ...wrong])] }
}

/** What nobody catches meanwhile, to the last turn of a world that ended, is a bug of this world. */
async function toItsEnd<T>(world: World, work: () => Promise<T>): Promise<{ readonly result: T; readonly kept: Kept }> {
  const stopWatching = watchUncaught(world.reported)
  try {
    const result = await work()
    const kept = await world.end()
    await world.time.settle()
    return { result, kept }
  } finally {
    stopWatching()
  }
}

async function wrongIn<C>(world: World, parts: ScenarioParts<C>, context: C, turn: number): Promise<readonly string[]> {
  try {
    if (parts.isCold !== true) await openAll(world)
    world.plan.arm()
    await parts.act(world, context)
    return await heal(world, parts, context, turn)
  } catch (error) {
    return [`the run ended with ${textOf(error)}`]
  }
}

async function openAll(world: World): Promise<void> {
  for (const device of world.devices) await device.running()
  await world.time.settle()
}

const HEALING_MS = 20 * 60_000
const PATIENCE_MS = 2 * 60 * 60_000
/** What could not be counted is told a little later. */
const COUNTED_MS = 10_000

/** Nothing goes wrong any more: new saves go through, and everyone gets everything. `turn`: whose app is started again. */
async function heal<C>(
  world: World,
  { leaves = [], healsMs = COUNTED_MS, judge }: ScenarioParts<C>,
  context: C,
  turn: number,
): Promise<readonly string[]> {
  await world.heal()
  for (const device of world.devices) {
    const [space] = (await device.ask((store) => store.spaces())) ?? []
    if (space !== undefined) await device.add(space.id, `Resumed by ${device.name}`)
  }
  const stranger = world.device('stranger')
  for (let round = 0; round < 2; round += 1) for (const device of world.devices) await device.sync(HEALING_MS)
  if (await isWaiting(world)) {
    // A remedy that was needed several times in a row is tried more slowly.
    await world.pass(PATIENCE_MS)
    for (const device of world.devices) await device.sync(HEALING_MS)
  }
  await stranger.sync(HEALING_MS)
  await world.pass(healsMs)
  const views: View[] = []
  for (const device of world.devices) views.push(await viewOf(device))
  const final = { views, deeds: world.journal.deeds, ...(await hubOf(world, views)) }
  return [...judged(final, leaves), ...(await afterRestart(world, views, turn)), ...(judge?.(final, context) ?? [])]
}

async function isWaiting(world: World): Promise<boolean> {
  for (const device of world.devices) if ((await device.outbox()).some(({ status }) => status === 'pending')) return true
  return false
}

/** What a device shows is what is on its disk. */
async function afterRestart(world: World, views: readonly View[], turn: number): Promise<readonly string[]> {
  const before = views[turn % views.length]
  // In memory nothing outlives a process but what waits in the mirror.
  if (before === undefined || world.options.durability === 'memory') return []
  const device = world.device(before.device)
  device.isOnline = false
  await device.end()
  const after = await viewOf(device)
  const [was, is] = [before, after].map(({ notes, deleted, spaces, outbox, conflicts }) =>
    JSON.stringify([notes, deleted, spaces, outbox, conflicts]),
  )
  return was === is ? [] : [`${device.name} shows something else when it starts again:\n    ${was}\n    ${is}`]
}
