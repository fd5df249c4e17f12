/**
 * What a worker of `tombolo simulate` runs. bundle.ts builds it together with the app's schema: in a bundle everything that a store or a hub
 * loads when it needs it is there already, so that no loading takes time which the simulation does not know of.
 */
import { parentPort } from 'node:worker_threads'
import { type AnyExamples, type Failure, Simulation, SimulationError } from '@tombolo/testkit/simulate'
import { CliError } from '../cli-error.ts'
import { schemaIn } from '../schema-in.ts'

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
    say({ ok: false, ...reasonOf(schema, error) })
  }
}

const say = (answer: Answer): void => parentPort?.postMessage(answer)

async function simulationOf(schema: AppModule, older: AppModule | null): Promise<Simulation> {
  const module = await schema.load()
  return new Simulation({
    schema: found(schemaIn(module), schema),
    older: older === null ? undefined : found(schemaIn(await older.load()), older),
    examples: module['examples'] as AnyExamples | undefined,
  })
}

function found<T>(schema: T | undefined, { path }: AppModule): T {
  if (schema === undefined) throw new CliError('cli.schema', `${path} exports no schema(...)`)
  return schema
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

/** A schema may have been declared with another copy of core: its error is known by its name. */
function reasonOf({ path }: AppModule, error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CliError || error instanceof SimulationError) return { code: error.code, message: error.message }
  const message = error instanceof Error ? error.message : String(error)
  const isOfSchema = error instanceof Error && error.name === 'SchemaError' && 'code' in error
  return { code: isOfSchema ? String(error.code) : 'cli.schema', message: `${path}: ${message}` }
}
