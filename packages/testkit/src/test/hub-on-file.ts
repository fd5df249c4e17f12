/** A hub on a file that is copied, and put back to the copy later. Nothing tells the hub of it. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SchemaDefinition } from '@tombolo/core'
import { temporaryDirectory } from '../../../hub/src/test/database.ts'
import { HubWorld } from './hub-world.ts'

export interface HubOnFile {
  readonly world: HubWorld
  readonly copy: () => Promise<void>
  /** `schema`: of the version that the hub runs from here on; default the same. */
  readonly putBack: (schema?: SchemaDefinition) => Promise<void>
}

export async function hubOnFile(app: SchemaDefinition): Promise<HubOnFile> {
  const directory = temporaryDirectory()
  const [path, copied] = [join(directory, 'hub.db'), join(directory, 'copy.db')]
  const world = await new HubWorld(app).open(path)
  const copy = async (): Promise<void> => {
    await world.hub.close()
    // With its log: a hub that is closed may not have moved all of it into the file.
    for (const end of ['', '-wal']) copyFileSync(path + end, copied + end)
    await world.open(path)
  }
  const putBack: HubOnFile['putBack'] = async (schema = app) => {
    await world.hub.close()
    world.schema = schema
    await world.open(copied)
  }
  return { world, copy, putBack }
}
