/** What goes over a live socket of a device, for those who listen: each exchange in it counts like one of its own. */
import { decodeLiveFrame, decodeProblem, type Json, type LiveFrame, parseMessage, type Wire } from '@tombolo/core'
import type { RequestPath } from '@tombolo/client/testing'
import type { Surroundings } from '../surroundings.ts'
import type { FrameListener } from './socket.ts'
import type { LineOwner } from './way.ts'

interface Asked {
  readonly path: RequestPath
  readonly body: Wire
}

/** @param answered called with each answer that a device has got */
export function listenTo(world: Surroundings, owner: LineOwner, answered: (path: RequestPath, answer: Json) => void): FrameListener {
  const asked = new Map<string, Asked>()
  const answers = new Map<string, (answer: Json) => void>()
  const hearsAnswer = ({ id, status, body }: Extract<LiveFrame, { type: 'answer' }>): void => {
    const request = asked.get(id)
    asked.delete(id)
    if (request === undefined) return
    if (status === 200) {
      owner.listener().hears(request.path, request.body, body)
      return answered(request.path, body as Json)
    }
    const problem = decodeProblem(body)
    if (!problem.ok) return
    world.chains.hears(owner.name, problem.value.code)
    owner.listener().refused(request.path, request.body, problem.value)
  }
  return {
    asks: (text) => {
      const frame = frameOf(text)
      if (frame?.type !== 'request') return
      asked.set(frame.id, { path: frame.path, body: frame.body as Wire })
      owner.listener().asks(frame.path, frame.body as Wire)
    },
    reaches: (text) => {
      const frame = frameOf(text)
      if (frame?.type !== 'request') return
      world.wire.overhears(frame.path, world.accountOf(owner.token()), JSON.stringify(frame.body))
      answers.set(frame.id, world.hub.noteRequest(frame.path, frame.body as Json))
    },
    says: (text) => {
      const frame = frameOf(text)
      if (frame?.type === 'answer' && frame.status === 200) answers.get(frame.id)?.(frame.body as Json)
    },
    hears: (text) => {
      const frame = frameOf(text)
      if (frame?.type === 'answer') hearsAnswer(frame)
      if (frame?.type === 'delta') owner.listener().told(frame.page)
    },
  }
}

/** Null where it is none. */
export function frameOf(text: string): LiveFrame | null {
  const message = parseMessage(text)
  const frame = message.ok ? decodeLiveFrame(message.value) : message
  return frame.ok ? frame.value : null
}
