/** Reading a command's options: what it does not have is refused. */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { CliError } from './cli-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** A command's words and options, by the names of its options. */
export function readOptions<T extends Options>(
  args: readonly string[],
  options: T,
  allowPositionals = false,
): Pick<ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: boolean; strict: true }>>, 'values' | 'positionals'> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true })
  } catch (error) {
    throw new CliError('cli.arguments', error instanceof Error ? error.message : String(error))
  }
}
