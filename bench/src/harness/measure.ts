/**
 * Measuring side by side. Wall time says little on a machine that others use, so the figure is CPU: user and system time of the whole
 * process, its compiler and collector threads included. Rounds of raw and ours alternate, and the ratio is the median of the rounds'.
 */

/** Microseconds of CPU that this process has used. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Microseconds of a clock that all processes of this machine share. */
export const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n)

export async function cpuOf(work: () => unknown): Promise<number> {
  const before = cpuMicros()
  await work()
  return cpuMicros() - before
}

/** CPU of one of `count` turns of `work`. */
export async function cpuEach(count: number, work: (index: number) => unknown): Promise<number> {
  const before = cpuMicros()
  for (let index = 0; index < count; index++) work(index)
  return (cpuMicros() - before) / count
}

/** As `cpuEach`, one after another. */
export async function cpuEachAwaited(count: number, work: (index: number) => Promise<unknown>): Promise<number> {
  const before = cpuMicros()
  for (let index = 0; index < count; index++) await work(index)
  return (cpuMicros() - before) / count
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** Measures once, and gives the cost of one unit of its work. */
export type Sample = () => Promise<number>

/**
 * Runs each of `samples` once a round. The first `warmUps` rounds do not count: they compile what the others run.
 * @returns for each sample its cost in every round that counts
 */
export async function interleaved<Name extends string>(
  rounds: number,
  samples: Readonly<Record<Name, Sample>>,
  warmUps = 1,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(samples) as Name[]
  const costs = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < warmUps + rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const cost = await samples[name]()
      if (round >= warmUps) costs[name].push(cost)
    }
  }
  return costs
}

export const medianRatio = (ours: readonly number[], raw: readonly number[]): number =>
  median(ours.map((cost, round) => cost / (raw[round] ?? Number.NaN)))
