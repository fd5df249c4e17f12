/**
 * What a worker of `tombolo simulate` runs. bundle.ts builds it together with the app's schema: in a bundle everything that a store or a hub
 * loads when it needs it is there already, so that no loading takes time which the simulation does not know of.
 */
import { parentPort } from 'node:worker_threads'
import { type AnyExamples, type Failure, Simulation, SimulationError } from '@tombolo/testkit/simulate'
import { faultOfModule, schemaIn } from '../schema-in.ts'

/** What the main thread asks; it asks again when it has the answer. */
export type Request =
  | { readonly type: 'run' | 'replay'; readonly seed: number }
  | { readonly type: 'smaller'; readonly seed: number; readonly failure: Failure; readonly runsMax: number }

/** The first answer says that the app can be simulated. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  /** It cannot. */
  | { readonly ok: false; readonly code: string; readonly message: string }

type Load = () => Promise<Readonly<Record<string, unknown>>>

/** An app's module, and where it is, for messages. */
export interface AppModule {
  readonly path: string
  readonly load: Load
}

export async function serve(schema: AppModule, older: AppModule | null): Promise<void> {
  try {
    const simulation = await simulationOf(schema, older)
    parentPort?.on('message', (request: Request) => void answerTo(simulation, request).then((value) => say({ ok: true, value })))
    say({ ok: true, value: null })
  } catch (error) {
    const { code, message } = error instanceof SimulationError ? error : faultOfModule(error, schema.path)
    say({ ok: false, code, message })
  }
}

const say = (answer: Answer): void => parentPort?.postMessage(answer)

async function simulationOf(schema: AppModule, older: AppModule | null): Promise<Simulation> {
  const module = await schema.load()
  return new Simulation({
    schema: schemaIn(module, schema.path),
    older: older === null ? undefined : schemaIn(await older.load(), older.path),
    examples: module['examples'] as AnyExamples | undefined,
  })
}

function answerTo(simulation: Simulation, request: Request): Promise<unknown> {
  switch (request.type) {
    case 'run':
      return simulation.run(request.seed)
    case 'replay':
      return simulation.replay(request.seed)
    case 'smaller':
      return simulation.smaller(request.seed, request.failure, request.runsMax)
  }
}
