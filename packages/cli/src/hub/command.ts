/** `tombolo hub`: runs a hub, and the app beside it, until it receives a signal. */
import { parseHubArguments } from './arguments.ts'
import { runHub } from './run.ts'
import { SIGN_IN_HELP } from './sign-in.ts'

export const HUB_HELP: string = `  hub      run a hub
    --schema FILE   the app's schema.ts
    --serve DIR     the app's built files
    --data DIR      where the hub keeps its database and its key (./data)
    --host HOST     the address to listen on (127.0.0.1)
    --port PORT     the port to listen on (8787)
    --origin URL    where browsers find this hub, behind a proxy with TLS; may be given several times
    --backups DIR   where backups go; sent changes stay on devices until all backups there have them
    --backup-every TIME   how often, as 90m, 24h or 7d; never: somebody else makes them (24h)
    --keep N        how many backups stay there; the oldest go (7)
    --horizon TIME  for how long deleted records are remembered (180d)
    --dev           sign everybody on this machine in as one account
    --lan           with --dev: let phones in the local network in as well, each by a one-time link
${SIGN_IN_HELP}`

export async function hubCommand(args: readonly string[]): Promise<void> {
  const asked = parseHubArguments(args, process.cwd())
  const { url, stop } = await runHub(asked, process.env, (text) => console.log(text))
  // Set up first: a reader of the hub's address may stop it at once.
  onSignal(stop)
  console.log(`tombolo hub: ${url}`)
}

/** The first signal answers accepted requests, then ends; the second one ends at once. */
function onSignal(stop: () => Promise<void>): void {
  let isStopping = false
  const end = (): void => {
    if (isStopping) process.exit(1)
    isStopping = true
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
