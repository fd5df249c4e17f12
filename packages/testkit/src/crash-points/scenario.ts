/** A scenario: what people do, from a state that was prepared; every operation of it is a point where something may go wrong. */
import type { Final } from './judge.ts'
import type { World, WorldOptions } from './world.ts'

export interface Scenario {
  readonly name: string
  /** The requirements that it stands for, as in test titles. */
  readonly requirements: string
  readonly run: (point: Runs) => Promise<void>
}

/** What a scenario is run by: prepares once, and runs the rest once for each point. */
export interface Runs {
  <C>(parts: ScenarioParts<C>): Promise<void>
}

export interface ScenarioParts<C> extends WorldOptions {
  /** Prepares devices and hub. Nothing goes wrong here. What it returns is data. */
  readonly before: (world: World) => Promise<C>
  readonly act: (world: World, context: C) => Promise<void>
  /** Opens no device before: starting is a part of the scenario. */
  readonly isCold?: boolean
  /** How long it takes at most until all is well when nothing goes wrong any more, beyond what people do meanwhile; default 10 s. */
  readonly healsMs?: number
  /** Codes of refused changes that may be left in an outbox. */
  readonly leaves?: readonly string[]
  /** What must hold beyond what always holds; gives what does not. */
  readonly judge?: (final: Final, context: C) => readonly string[]
}

export function scenario<C>(name: string, requirements: string, parts: ScenarioParts<C>): Scenario {
  return { name, requirements, run: (runs) => runs(parts) }
}
