/** The command line's parts, for tests and for those who embed them. */
export { CliError } from './cli-error.ts'
export { HUB_HELP, hubCommand } from './hub/command.ts'
export { loadSchema } from './hub/load-schema.ts'
export { type HubArguments, parseHubArguments } from './hub/arguments.ts'
