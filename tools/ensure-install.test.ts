import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { staleReason } from '../scripts/ensure-install.mjs'

interface Entry {
  readonly version?: string
  readonly link?: boolean
  readonly optional?: boolean
}

const wanted: Record<string, Entry> = {
  '': { version: '0.1.0' },
  'packages/core': { version: '0.1.0' },
  'node_modules/@tombolo/core': { link: true },
  'node_modules/yjs': { version: '13.6.33' },
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
}
const { '': _root, 'node_modules/for-another-platform': _other, ...installed } = wanted
const { 'node_modules/@tombolo/core': _link, ...withoutLink } = installed

test.each<{ title: string; installed: Record<string, Entry> | undefined; reason: string | undefined }>([
  { title: 'an empty checkout', installed: undefined, reason: 'nothing is installed yet' },
  { title: 'an install that fits, but for other platforms’ packages', installed, reason: undefined },
  { title: 'a package more than wanted', installed: { ...installed, 'node_modules/extra': { version: '1.0.0' } }, reason: undefined },
  {
    title: 'another version',
    installed: { ...installed, 'node_modules/yjs': { version: '13.6.0' } },
    reason: 'node_modules/yjs is 13.6.0, not 13.6.33',
  },
  { title: 'a workspace that is not linked', installed: withoutLink, reason: 'node_modules/@tombolo/core is missing' },
])('$title', ({ installed: found, reason }) => {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-install-'))
  try {
    writeFileSync(join(directory, 'package-lock.json'), JSON.stringify({ packages: wanted }))
    if (found !== undefined) {
      mkdirSync(join(directory, 'node_modules'))
      writeFileSync(join(directory, 'node_modules/.package-lock.json'), JSON.stringify({ packages: found }))
    }
    expect(staleReason(directory)).toBe(reason)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
