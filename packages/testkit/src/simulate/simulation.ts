/** Simulates an app, seed by seed: what a worker of `tombolo simulate` does. */
import type { SchemaDefinition } from '@tombolo/core'
import { type Plan, planOf } from '../simulator/plan.ts'
import { type Failure, type Outcome, run } from '../simulator/run.ts'
import { shrink } from '../simulator/shrink.ts'
import { timelineOf } from '../simulator/timeline.ts'
import type { TraceMode } from '../simulator/trace.ts'
import type { AnyExamples } from './examples.ts'
import { type Conclusion, onlooker, type SeedFindings } from './findings/findings.ts'
import { type DerivedApp, deriveApp } from './people/derive.ts'

/** An app to simulate. */
export interface SimulationOptions {
  readonly schema: SchemaDefinition
  /** An older version of it, which some devices have in the beginning, and hubs as well. */
  readonly older?: SchemaDefinition | undefined
  readonly examples?: AnyExamples | undefined
}

/** A seed, told in full. */
export interface Replay {
  readonly failure: Failure | null
  /** A line for each thing that happened. */
  readonly timeline: string
}

/** What is left of a seed that fails, when everything is taken away that it does not need for that. */
export interface SmallerWorld {
  readonly failure: Failure
  readonly days: number
  readonly devices: number
  /** What has to go wrong. */
  readonly faults: readonly string[]
}

/**
 * An app that is ready to be simulated.
 * @throws SimulationError `simulate.value`, `simulate.example`, `simulate.check`, `simulate.older`
 */
export class Simulation {
  readonly #derived: DerivedApp

  constructor({ schema, older, examples = {} }: SimulationOptions) {
    this.#derived = deriveApp(schema, older ?? null, examples)
  }

  /** Simulates the world of a seed. The same seed gives the same. */
  async run(seed: number): Promise<SeedFindings> {
    const { coverage, failure, concluded } = await this.#run(this.#planOf(seed), 'off')
    const { deviceMs, edits, refusals, mendings } = coverage
    return { seed, failure, deviceMs, edits, refusals, mendings, conclusion: concluded }
  }

  async replay(seed: number): Promise<Replay> {
    const { failure, lines } = await this.#run(this.#planOf(seed), 'lines')
    return { failure, timeline: timelineOf(lines) }
  }

  /** @param runsMax how many worlds to try */
  async smaller(seed: number, failure: Failure, runsMax: number): Promise<SmallerWorld> {
    const { plan, failure: left } = await shrink(this.#planOf(seed), failure, async (one) => (await this.#run(one, 'off')).failure, runsMax)
    return { failure: left, days: plan.days, devices: plan.devices.length, faults: plan.faults }
  }

  #planOf(seed: number): Plan {
    return planOf(this.#derived.app, seed)
  }

  async #run(plan: Plan, mode: TraceMode): Promise<Outcome<Conclusion>> {
    const { app, rules } = this.#derived
    const outcome = await run(app, plan, mode, onlooker())
    // Whatever else did not hold, it is no wonder under such a rule.
    const fault = rules.take()
    return fault === null ? outcome : { ...outcome, failure: { invariant: 'I-RULE', message: `I-RULE: ${fault}` }, concluded: null }
  }
}
