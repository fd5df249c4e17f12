/** A hub in a process of its own. */
import { act } from '../harness/actor.ts'
import { runHub, type RunningHub } from '../ours/hub.ts'

let running: RunningHub | null = null

act({
  start: async (directory: string) => {
    running = await runHub(directory)
    return running.url
  },
  stop: () => running?.close(),
})
