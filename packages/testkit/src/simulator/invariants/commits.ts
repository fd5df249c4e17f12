/**
 * What must hold of all that the hub commits, besides what its ledger checks.
 *
 * I-GONE what was deleted and forgotten is never written again [Q4] · I-GROUP what an older app did not say of a group comes from what its
 * author saw [M7]
 */
import type { FieldOperation, Json, Name } from '@tombolo/core'
import type { SpaceEffects } from '@tombolo/hub'
import { holds } from '../broken.ts'
import type { HubSite } from '../hub/site.ts'
import { entriesOf } from '../reference/writes.ts'

type Members = Readonly<Record<string, Json>>
type SetOperation = Extract<FieldOperation, { kind: 'set' }>

export function nothingIsRevived(hub: HubSite, { space, records }: SpaceEffects): void {
  for (const { collection, id } of records)
    holds(
      !hub.isGone(space.space, collection, id),
      'I-GONE',
      () => `${collection}/${id} of ${space.space} was forgotten, and is written again`,
    )
}

/** The groups that were ever written. */
export class Groups {
  /** By the field of a record, and the write; several where the hub lost one and took it again. */
  readonly #written = new Map<string, Members[]>()

  commits({ space, chunks, sealed }: SpaceEffects): void {
    const given = new Map(sealed.map(({ version, content }) => [version, content]))
    for (const { content, name, version } of chunks.flatMap(({ text }) => entriesOf(text, space.space)))
      for (const { collection, record, fields } of content?.operations ?? [])
        for (const operation of fields) {
          if (operation.kind !== 'set' || !isMembers(operation.value)) continue
          const spot = `${collection}/${record} ${operation.field}`
          const sealedFields = given.get(version)?.operations.find((other) => other.record === record)?.fields
          const sealedAs = sealedFields?.find((other) => other.kind === 'set' && other.field === operation.field) as
            SetOperation | undefined
          if (isMembers(sealedAs?.value)) this.#isOfOneAuthor(spot, operation.over, sealedAs.value, operation.value)
          this.#keep(spot + name, operation.value)
        }
  }

  #isOfOneAuthor(spot: string, over: readonly Name[], given: Members, merged: Members): void {
    const seen = over.flatMap((name) => this.#written.get(spot + name) ?? [])
    for (const [member, value] of Object.entries(merged)) {
      if (member in given || value === null) continue
      const isSeen = seen.some((other) => other[member] === value)
      holds(isSeen, 'I-GROUP', () => `${spot}: ${member} is ${JSON.stringify(value)}, which its author neither gave nor saw`)
    }
  }

  #keep(key: string, value: Members): void {
    this.#written.set(key, [...(this.#written.get(key) ?? []), value])
  }
}

const isMembers = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)
