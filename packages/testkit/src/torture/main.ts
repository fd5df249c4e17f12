/**
 * `npm run torture`: real processes, killed and lied to. Ends with 1 when anything was lost, doubled or torn, or when a part did not come to
 * its end. `--json`: the last line is the result as JSON; the rest is said on standard error.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ChromiumRounds, chromiumRounds } from './chromium-rounds.ts'
import { crowd } from './crowd.ts'
import { type Findings, NOTHING_FOUND, together } from './judge.ts'
import { type Killed, killRounds } from './kill-rounds.ts'
import { lieRounds } from './lie-rounds.ts'
import { buildPrograms } from './programs.ts'
import { retryStorm, stormFaults } from './retry-storm.ts'
import { trickle } from './trickling-sockets.ts'

const count = (whole: number): { type: 'string'; default: string } => ({ type: 'string', default: String(whole) })
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seed: count(Date.now() % 2 ** 31),
    // How much of each kind; 0 leaves it out.
    rounds: count(1000),
    browsers: count(100),
    'hand-overs': count(100),
    lies: count(1),
    sockets: count(5000),
    crowd: count(300),
    devices: count(100_000),
  },
})
const [seed, rounds, browsers, handOvers] = [
  Number(values.seed),
  Number(values.rounds),
  Number(values.browsers),
  Number(values['hand-overs']),
]
const [lies, sockets, crowdOf, devices] = [Number(values.lies), Number(values.sockets), Number(values.crowd), Number(values.devices)]

const tell = (news: string): void => console.error(`${new Date().toISOString()} ${news}`)
const root = mkdtempSync(join(tmpdir(), 'tombolo-torture-'))
const folder = (name: string): string => mkdtempSync(join(root, name))
const programs = await buildPrograms()

async function lied(): Promise<Findings> {
  const rest = await lieRounds({ directory: folder('lies-'), programs, tell })
  tell(`lies: ${JSON.stringify(rest)}`)
  return rest
}

async function trickled(): Promise<number> {
  const rest = await trickle({ sockets, directory: folder('trickle-'), programs })
  tell(`trickling: ${JSON.stringify(rest)}`)
  return rest.sockets
}

async function crowded(): Promise<Findings> {
  const rest = await crowd({ devices: crowdOf, outageMs: 60_000, directory: folder('crowd-'), programs })
  tell(`crowd of ${crowdOf} devices: ${JSON.stringify(rest)}`)
  return rest
}

async function inChromium(): Promise<ChromiumRounds> {
  const rest = await chromiumRounds({ kills: browsers, handOvers, seed, directory: folder('chromium-'), programs, tell })
  tell(`Chromium: ${JSON.stringify(rest)}`)
  return rest
}

async function killed(): Promise<Killed> {
  const rest = await killRounds({ rounds, seed, directory: folder('kills-'), programs, tell })
  tell(`kill -9: ${JSON.stringify(rest)}`)
  return rest
}

function stormed(): readonly string[] {
  const storm = retryStorm({ devices, seed, outageMs: 10 * 60_000 })
  tell(`storm of ${devices} devices: ${JSON.stringify(storm)}`)
  return stormFaults(storm)
}

tell(`seed ${seed}, in ${root}`)
try {
  const ofLies = lies === 0 ? NOTHING_FOUND : await lied()
  const closed = sockets === 0 ? 0 : await trickled()
  const ofCrowd = crowdOf === 0 ? NOTHING_FOUND : await crowded()
  const chromium = browsers + handOvers === 0 ? { ...NOTHING_FOUND, kills: 0, handOvers: 0 } : await inChromium()
  const node = rounds === 0 ? { ...NOTHING_FOUND, rounds: 0, kills: 0 } : await killed()
  const found = together(ofLies, ofCrowd, chromium, node)
  const faults = devices === 0 ? [] : stormed()
  for (const fault of faults) tell(fault)
  const isGood = faults.length === 0 && found.lost + found.doubled + found.torn === 0
  if (isGood) rmSync(root, { recursive: true })
  else tell(`what is left of it is in ${root}`)
  process.exitCode = isGood ? 0 : 1
  const { lost, doubled, torn } = found
  const result = {
    rounds: node.rounds,
    kills: node.kills + chromium.kills,
    handOvers: chromium.handOvers,
    sockets: closed,
    lost,
    doubled,
    torn,
  }
  console.log(values.json ? JSON.stringify(result) : result)
} finally {
  await programs.remove()
}
