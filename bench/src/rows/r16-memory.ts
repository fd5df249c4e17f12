/** R16: memory of a process that has a store of 50,000 records open, has read from it and watches it. */
import { Actor } from '../harness/actor.ts'
import { atMost, type Row } from '../harness/figure.ts'
import { median } from '../harness/measure.ts'
import { filled } from '../ours/filled.ts'

export const r16: Row = {
  name: 'R16',
  measure: async (settings) => {
    const { oursDirectory, rawDirectory, ids, rawIds, space } = await filled(settings)
    const megabytes = { ours: [] as number[], raw: [] as number[] }
    for (let round = 0; round < (settings.quick ? 1 : 3); round++) {
      megabytes.raw.push(await memoryOf('raw', { directory: rawDirectory, ids: rawIds }))
      megabytes.ours.push(await memoryOf('our', { directory: oursDirectory, ids, space }))
    }
    const note = `Node alone ${median([await memoryOf('no', {})]).toFixed(0)} MB`
    return [
      atMost(1.2, { key: 'R16', work: `memory with ${ids.length.toLocaleString('en')} records open`, unit: 'MB RSS', note }, megabytes),
    ]
  },
}

async function memoryOf(kind: 'our' | 'raw' | 'no', about: object): Promise<number> {
  const actor = new Actor(new URL('../actors/reader.js', import.meta.url))
  const megabytes = await actor.call<number>(kind, about)
  await actor.stop()
  return megabytes
}
