/** Merges a log in one way, pass by pass, in a process of its own: it collects its own garbage only, and walks nobody else's records. */
import { removeDirectories } from '../harness/directory.ts'
import { act } from '../harness/actor.ts'
import { type Pass, passOf, type Way } from '../ours/merging.ts'

let pass: Pass | null = null

act({
  prepare: ({ way, records }: { way: Way; records: number }) => {
    pass = passOf(way, records)
  },
  pass: () => pass?.(),
  stop: removeDirectories,
})
