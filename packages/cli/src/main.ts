#!/usr/bin/env node
/**
 * `tombolo`: a command for each task of operating a hub, one that simulates an app, and one that tells what its schema decides. Failures
 * go to stderr, with a code.
 */
import { HubError } from '@tombolo/hub'
import { BACKUP_HELP, backupCommand } from './backup/command.ts'
import { CliError } from './cli-error.ts'
import { HUB_HELP, hubCommand } from './hub/command.ts'
import { INSPECT_HELP, inspectCommand } from './inspect/command.ts'
import { RESTORE_HELP, restoreCommand } from './restore/command.ts'
import { SIMULATE_HELP } from './simulate/arguments.ts'

const HELP = `Usage: tombolo <command>

${HUB_HELP}
${BACKUP_HELP}
${RESTORE_HELP}
${INSPECT_HELP}
${SIMULATE_HELP}`

/** The exit code of a simulation that found something is 1. */
const CANNOT_SIMULATE = 2

const [command, ...args] = process.argv.slice(2)

try {
  await run(command, args)
} catch (error) {
  if (!(error instanceof CliError) && !(error instanceof HubError)) throw error
  console.error(`tombolo: ${error.message} [${error.code}]`)
  process.exitCode = command === 'simulate' ? CANNOT_SIMULATE : 1
}

async function run(name: string | undefined, rest: readonly string[]): Promise<void> {
  if (rest.includes('--help') || rest.includes('-h')) return console.log(HELP)
  switch (name) {
    case 'hub':
      return hubCommand(rest)
    case 'backup':
      return backupCommand(rest)
    case 'restore':
      return restoreCommand(rest)
    case 'inspect':
      return inspectCommand(rest)
    case 'simulate': {
      // A hub does without the simulator.
      const { simulateCommand } = await import('./simulate/command.ts')
      return simulateCommand(rest)
    }
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      console.log(HELP)
      return
    default:
      throw new CliError('cli.command', `there is no command '${name}'; see tombolo help`)
  }
}
