/** Starts a hub in a process of its own, on the files of a directory; it is killed when the test ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createInterface } from 'node:readline'
import { decodePushAnswer, encodePushRequest, type PushRequest, type Verdict } from '@tombolo/core'
import { afterEach } from 'vitest'

const SCRIPT = fileURLToPath(new URL('./hub-process.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

export interface RunningHub {
  readonly child: ChildProcess
  readonly post: (path: string, body: unknown) => Promise<unknown>
}

export async function startHub(directory: string): Promise<RunningHub> {
  const child = spawn(process.execPath, ['-C', 'tombolo-source', '--import', 'tsx', SCRIPT, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [port] = (await once(createInterface(child.stdout), 'line')) as [string]
  const post: RunningHub['post'] = async (path, body) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${port}/sync/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  return { child, post }
}

export async function push({ post }: RunningHub, request: PushRequest): Promise<readonly Verdict[]> {
  const answer = decodePushAnswer(await post('push', encodePushRequest(request)))
  return answer.ok ? answer.value.verdicts : []
}
