/** Projects: spaces under their name in this app. There is always one to write into, so that nobody has to set anything up. */
import type { SpaceItem } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import { ANT_PROJECT } from '../sample/ants.ts'
import type { FieldStore } from '../store.ts'

export const FIRST_PROJECT = 'My notes'
const UNNAMED = 'Unnamed project'

export const nameOf = ({ name }: Pick<SpaceItem, 'name'>): string => name?.trim() || UNNAMED

/** By their names, for a person to find; the reader's language says what comes first. */
export const byName = (spaces: readonly SpaceItem[]): readonly SpaceItem[] =>
  spaces.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.id < b.id ? -1 : 1))

/**
 * Where a new note goes that was asked for in no project: the oldest that is not the sample, so that all devices of a person agree.
 * Ids of spaces ascend in the order in which they were made.
 */
export function homeOf(spaces: readonly SpaceItem[]): SpaceItem | null {
  const own = spaces.filter(({ name }) => name !== ANT_PROJECT)
  return own.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0] ?? null
}

/** The project to write into, made when there is none. */
export async function projectFor(store: FieldStore, chosen: SpaceId | null): Promise<SpaceId> {
  if (chosen !== null) return chosen
  const home = homeOf(await store.spaces()) ?? (await createOnce(store))
  return home.id
}

let creating: Promise<SpaceItem> | null = null

/** Also when two ask at once. */
async function createOnce(store: FieldStore): Promise<SpaceItem> {
  creating ??= create(store).finally(() => (creating = null))
  return await creating
}

/** Nobody is still typing on it: it may go at once. */
async function create(store: FieldStore): Promise<SpaceItem> {
  const project = await store.createSpace(FIRST_PROJECT)
  await store.seal(project)
  return project
}
