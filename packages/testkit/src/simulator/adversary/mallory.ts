/**
 * Somebody who has an account of their own, has listened on the wire, and means no good. What they send goes to the hub as any message; the
 * ledger checks what it did (I-ONCE, I-DOT, I-TENANT). Here is checked what the hub says to them.
 */
import {
  CHAIN_START,
  decodePushRequest,
  encodePushRequest,
  type Intent,
  type Json,
  mintReplicaId,
  type PushRequest,
  type Receipt,
} from '@tombolo/core'
import type { Fault } from '../faults.ts'
import type { Dice } from '../random.ts'
import type { World } from '../world.ts'
import type { Overheard } from './wire.ts'

const DAY_MS = 24 * 3_600_000
const MALLORY = 'mallory'

type Attack = Extract<Fault, 'forge' | 'replay' | 'equivocate'>
const PER_DAY: Readonly<Record<Attack, number>> = { forge: 2, replay: 1.5, equivocate: 1 }

/** They begin now, and stop when the world is healed. */
export function startMallory(world: World): void {
  const mallory = new Mallory(world)
  for (const [attack, perDay] of Object.entries(PER_DAY)) mallory.attacks(attack as Attack, perDay)
  mallory.remindsTheHub()
}

/** How often they send again to a hub that was put back what it has lost, before those can who wrote it. */
const REMINDS_SHARE = 0.9

class Mallory {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  attacks(attack: Attack, perDay: number): void {
    const dice = this.#world.dice(attack)
    const later = (): void => {
      this.#world.agenda.after(dice.wait(DAY_MS / (perDay * this.#world.plan.intensity)), () => {
        if (this.#world.isHealed) return
        const { recent } = this.#world.wire
        if (this.#world.isPossible(attack) && recent.length > 0) this.#attack(attack, dice.pick(recent), dice)
        later()
      })
    }
    later()
  }

  /** What they send is without receipts, so that it is judged as new. A gateway that sends again what it has kept does the same. */
  remindsTheHub(): void {
    const dice = this.#world.dice('reminds')
    const { coverage, hub, trace, wire } = this.#world
    hub.onPutBack = (copiedAtMs) => {
      const fault = (['replay', 'duplicated'] as const).find((kind) => this.#world.isPossible(kind))
      if (fault === undefined || !dice.chance(REMINDS_SHARE)) return
      const lost = wire.since(copiedAtMs)
      trace.note(MALLORY, 'replays what is lost', () => `${lost.length} pushes`)
      for (const { account, text } of lost) this.#send(account, text, (status) => status === 200 && coverage.meets(fault))
    }
  }

  #attack(attack: Attack, overheard: Overheard, dice: Dice): void {
    const { hub, coverage, counted, trace } = this.#world
    const push = decodePushRequest(JSON.parse(overheard.text) as Json)
    if (!push.ok || !hub.isUp) return
    trace.note(MALLORY, attack)
    switch (attack) {
      case 'replay':
        return this.#send(overheard.account, overheard.text, () => coverage.meets(attack))
      case 'forge':
        return this.#forges(overheard, push.value, dice)
      case 'equivocate': {
        const other = equivocated(push.value, dice)
        counted.sentTwice(other.changes.map(({ content }) => content))
        // Where the hub never got the push that was overheard, it takes this one for it.
        this.#world.chains.diverge()
        return this.#send(overheard.account, textOf(other), (status) => {
          if (status !== 200) coverage.meets(attack)
        })
      }
    }
  }

  /** What comes from another account would be refused whatever else is wrong with it, so half of it comes from the same. */
  #forges({ account }: Overheard, push: PushRequest, dice: Dice): void {
    const isHoled = dice.chance(0.5)
    this.#send(isHoled || dice.chance(0.5) ? account : MALLORY, textOf(isHoled ? holed(push, dice) : forged(push, dice)), (status) => {
      if (status >= 400 && status < 500) this.#world.coverage.meets('forge')
      else this.#world.breaks('I-AUTH', `the hub says ${status} to what it should refuse`)
    })
  }

  #send(account: string, text: string, heard: (status: number) => void): void {
    this.#world.hub.ask('push', account, text, ({ status, text: said }) => {
      this.#world.trace.note(MALLORY, 'hears', () => said.slice(0, 200))
      heard(status)
    })
  }
}

const textOf = (push: PushRequest): string => JSON.stringify(encodePushRequest(push))

const NO_RECEIPT: Omit<Receipt, 'effectiveStamp' | 'hubStamp'> = { mac: 'M'.repeat(22) }

/** The same changes with a receipt that no hub has given, or with a cursor of another's. */
const forged = (push: PushRequest, dice: Dice): PushRequest => ({
  ...push,
  cursor: push.cursor === null || dice.chance(0.5) ? push.cursor : `${push.cursor.slice(0, -1)}_`,
  changes: push.changes.map((change) => ({
    ...change,
    receipt: { ...NO_RECEIPT, effectiveStamp: change.content.stamp, hubStamp: change.content.stamp },
  })),
})

/** A chain of its own, in which a number is missing. */
const holed = (push: PushRequest, dice: Dice): PushRequest => ({
  ...equivocated(push, dice),
  replica: mintReplicaId(dice.bytes),
  base: { n: 0, hash: CHAIN_START },
  changes: equivocated(push, dice).changes.map((change, index) => ({ ...change, n: index + 2 })),
})

/** Another content under the dots of somebody's changes. */
const equivocated = (push: PushRequest, dice: Dice): PushRequest => ({
  ...push,
  changes: push.changes.map((change) => ({
    ...change,
    receipt: null,
    content: { ...change.content, intent: Buffer.from(dice.bytes(10)).toString('base64url') as Intent, label: 'not mine' },
  })),
})
