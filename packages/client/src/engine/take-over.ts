/** Puts into a new store what was rescued from a damaged one, and remembers that it was. */
import { type Epoch, parseContent, type Stamp } from '@tombolo/core'
import type { Recovered } from './port.ts'
import type { Rescued, RescuedChange } from './rescue.ts'
import { noteRecovery } from './recovery.ts'
import { restore, restoredChange } from './restore.ts'
import type { StoreState } from './state.ts'

/**
 * One transaction: either all of it is there, or the rescue is done again when the store is opened the next time. Unanswered and refused
 * changes are sent under this store's own replica id, with their intents [P2]; retained ones are kept. Texts that were edited
 * in place need the store to have its text editor.
 */
export function takeOver(state: StoreState, { changes, operations, meta }: Rescued, recovered: Recovered): void {
  state.transact(() => {
    for (const [key, value] of meta) if (key !== 'replica') state.write(key, value)
    const former = [meta.get('replica'), meta.get('formerReplicas')].filter((ids) => ids !== undefined)
    if (former.length > 0) state.write('formerReplicas', former.join(' '))
    state.remember({
      epoch: (meta.get('epoch') as Epoch | undefined) ?? null,
      account: String(meta.get('account') ?? ''),
      clockOffsetMs: (meta.get('clockOffsetMs') as number | undefined) ?? null,
    })
    state.sawStamp((meta.get('stamp') ?? 0) as Stamp)
    for (const change of changes) if (change.version !== null) retain(state, change)
    restore(state, { changes: changes.filter(({ version }) => version === null), operations })
    noteRecovery(state, recovered)
  })
}

/** Until its space has been read, the hub is asked whether it still has the change: the new store has no cursor that proves it [Q3]. */
function retain(state: StoreState, kept: RescuedChange): void {
  const content = parseContent(kept.content)
  if (state.changes.isOwn(content.intent)) return
  if (state.spaces.find(content.space) === undefined) state.spaces.add(content.space, false)
  const change = { ...restoredChange(state, kept, content), status: 'applied', version: kept.version } as const
  state.changes.insert(change, content, kept.content)
}
