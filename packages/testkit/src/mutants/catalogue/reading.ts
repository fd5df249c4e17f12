/** Faults of reading: pages, cursors, what a device shows between a verdict and its page. */
import type { Mutant } from '../mutant.ts'

export const READING: readonly Mutant[] = [
  {
    id: 'page-at-any-cursor',
    group: 'N17',
    without: 'a page is applied only at the cursor that it follows',
    file: 'packages/client/src/engine/local-store.ts',
    before: `    if (page.from !== this.state.spaces.get(space).cursor || this.#missesVerdict(request, page)) return false`,
    after: `    if (this.#missesVerdict(request, page)) return false`,
  },
  {
    id: 'late-page-kept',
    group: 'N1',
    without: 'a page is dropped when a change that was offered by then has no verdict and was not listed',
    file: 'packages/client/src/engine/local-store.ts',
    before: `    for (const { offered, intent } of queued.values()) if (offered && !asked.has(intent)) return true
    return false`,
    after: `    for (const { offered, intent } of queued.values()) if (!offered && asked.has(intent)) return true
    return false`,
  },
  {
    id: 'base-moves-with-each-page',
    group: 'N17',
    without: 'the base moves to the head with the last page only',
    file: 'packages/hub/src/pull/pull.ts',
    before: `  return last === undefined ? { base, position, last: null } : { base, position: last.state.version,`,
    after: `  return last === undefined ? { base, position, last: null } : { base: last.state.version, position: last.state.version,`,
  },
  {
    id: 'pages-shown-one-by-one',
    group: 'N17',
    without: 'the pages of one pull are staged and shown together',
    file: 'packages/client/src/engine/receiver.ts',
    before: `      if (!more) this.#swapIn(space, body)`,
    after: `      if (!more || !body.whole) this.#swapIn(space, body)`,
  },
  {
    id: 'verdicts-of-pages-ignored',
    group: 'N1',
    without: 'a page brings the verdicts of what waits, and they are applied before its body',
    file: 'packages/client/src/engine/local-store.ts',
    before: `      for (const verdict of page.verdicts) this.#receiver.verdict(verdict)
      this.#receiver.body(space, body, page.more)`,
    after: `      this.#receiver.body(space, body, page.more)`,
  },
  {
    id: 'failed-changes-not-asked-for',
    group: 'N5',
    without: 'a pull lists the failed changes too',
    file: 'packages/client/src/engine/sender.ts',
    before: `filter(({ offered }) => offered), ...failed.values()]`,
    after: `filter(({ offered }) => offered), ...[...failed.values()].slice(0, 0)]`,
  },
  {
    id: 'out-of-view-with-the-verdict',
    group: 'N1',
    without: 'an applied change leaves the view when the confirmed record has reached its version',
    file: 'packages/core/src/outbox/queue.ts',
    before: `  change.version !== null && confirmedVersion >= change.version`,
    after: `  change.version !== null && confirmedVersion >= 0`,
  },
  {
    id: 'retired-before-it-is-covered',
    group: 'N1',
    without: 'a change is retired when the confirmed records contain it',
    file: 'packages/client/src/engine/receiver.ts',
    before: `      if (change.version === null || change.version > version) continue`,
    after: `      if (change.version === null || version === 0) continue`,
  },
  {
    id: 'rebuilt-in-place',
    group: 'N4',
    without: 'records of another history are fetched beside the old ones',
    file: 'packages/client/src/engine/sender.ts',
    before: `    const rebuilding = space.rebuilding || space.cursor !== null || space.completeAt !== null`,
    after: `    const rebuilding = space.rebuilding && space.cursor === null`,
  },
  {
    id: 'ghosts-kept-on-reading-anew',
    group: 'N18',
    without: 'what a whole pull does not contain is gone',
    file: 'packages/client/src/engine/receiver.ts',
    before: `    if (whole) this.#dropWhatIsGone(space)`,
    after: `    if (whole && newerSchema !== undefined) this.#dropWhatIsGone(space)`,
  },
  {
    id: 'staged-pages-mixed',
    group: 'N17',
    without: 'what was staged of an interrupted pull is dropped before another begins',
    file: 'packages/client/src/engine/sender.ts',
    before: `    this.#state.database.prepare('DELETE FROM _staged WHERE space = ?').run(space.id)`,
    after: `    this.#state.database.prepare('DELETE FROM _staged WHERE space = ? AND state IS NULL').run(space.id)`,
  },
  {
    id: 'long-log-cut',
    group: 'S10',
    without: 'every entry of a log page is merged',
    file: 'packages/client/src/engine/receiver.ts',
    before: `for (const entry of body.entries) this.#entry(entry)`,
    after: `for (const entry of body.entries.slice(0, 20)) this.#entry(entry)`,
  },
]
