/**
 * Names that a record proves to have arrived. What an entry is over was there when the entry came, or has been awaited since; so a name
 * that an entry is over and that its register does not await has arrived. A record that many have edited hands on dozens of names,
 * and this saves asking the database for each.
 */
import type { FieldState, Name, RecordState, Register } from '@tombolo/core'

export function arrivedBy(record: RecordState): ReadonlySet<Name> {
  const arrived = new Set<Name>()
  addFrom(record.life, arrived)
  for (const field of Object.values(record.fields)) for (const register of registersOf(field)) addFrom(register, arrived)
  return arrived
}

function registersOf(field: FieldState): readonly Register[] {
  switch (field.kind) {
    case 'register':
      return [field]
    case 'set':
      return Object.values(field.elements)
    case 'counter':
      return []
  }
}

function addFrom({ entries, awaited }: Register, arrived: Set<Name>): void {
  for (const { over } of entries) for (const name of over) if (!awaited.includes(name)) arrived.add(name)
}
