/**
 * `npm run torture`: real processes, killed and lied to. Ends with 1 when anything was lost, doubled or torn, or when a part did not come to
 * its end. `--json`: the last line is the result as JSON; the rest is said on standard error.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromiumRounds } from './chromium-rounds.ts'
import { type Findings, together } from './judge.ts'
import { killRounds } from './kill-rounds.ts'
import { lieRounds } from './lie-rounds.ts'
import { buildPrograms } from './programs.ts'
import { retryStorm, stormFaults } from './retry-storm.ts'
import { trickle } from './trickling-sockets.ts'

const number = (whole: number): { type: 'string'; default: string } => ({ type: 'string', default: String(whole) })
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Rounds of kill -9 over a hub and devices on Node. */
    rounds: number(1000),
    /** How often Chromium is killed, and how often its leading tab. */
    browsers: number(100),
    'hand-overs': number(100),
    sockets: number(5000),
    devices: number(100_000),
    seed: number(Date.now() % 2 ** 31),
  },
})
const [rounds, browsers, handOvers, sockets, devices, seed] = [
  Number(values.rounds),
  Number(values.browsers),
  Number(values['hand-overs']),
  Number(values.sockets),
  Number(values.devices),
  Number(values.seed),
]

const tell = (news: string): void => console.error(`${new Date().toISOString()} ${news}`)
const root = mkdtempSync(join(tmpdir(), 'tombolo-torture-'))
const folder = (name: string): string => mkdtempSync(join(root, name))
const programs = await buildPrograms()

tell(`seed ${seed}, in ${root}`)
try {
  const storm = retryStorm({ devices, seed, outageMs: 10 * 60_000 })
  tell(`storm of ${devices} devices: ${JSON.stringify(storm)}`)
  const lied = await lieRounds({ directory: folder('lies-'), programs, tell })
  tell(`lies: ${JSON.stringify(lied)}`)
  const trickled = await trickle({ sockets, directory: folder('trickle-'), programs })
  tell(`trickling: ${JSON.stringify(trickled)}`)
  const chromium = await chromiumRounds({ kills: browsers, handOvers, seed, directory: folder('chromium-'), programs, tell })
  tell(`Chromium: ${JSON.stringify(chromium)}`)
  const killed = await killRounds({ rounds, seed, directory: folder('kills-'), programs, tell })
  tell(`kill -9: ${JSON.stringify(killed)}`)
  const found: Findings = together(lied, chromium, killed)
  const result = {
    rounds: killed.rounds,
    kills: killed.kills + chromium.kills,
    handOvers: chromium.handOvers,
    sockets: trickled.sockets,
    ...found,
  }
  const faults = [...stormFaults(storm), ...(found.lost + found.doubled + found.torn > 0 ? ['something was lost, doubled or torn'] : [])]
  for (const fault of faults) tell(fault)
  if (faults.length === 0) rmSync(root, { recursive: true })
  process.exitCode = faults.length === 0 ? 0 : 1
  console.log(values.json ? JSON.stringify(result) : result)
} finally {
  await programs.remove()
}
