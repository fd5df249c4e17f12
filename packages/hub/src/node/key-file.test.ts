import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../test/database.ts'
import { loadKey } from './key-file.ts'

const newPath = (): string => join(temporaryDirectory(), 'hub.key')

it('[P6] a key is made once, and is for its owner alone', () => {
  const path = newPath()
  const key = loadKey(path)
  expect(key).toHaveLength(32)
  expect(loadKey(path)).toEqual(key)
  expect(loadKey(newPath())).not.toEqual(key)
  expect(statSync(path).mode & 0o077).toBe(0)
})

it.each(['', 'too short', `\n${'?'.repeat(43)}`])('[P6] a file that holds no key is refused, and left as it is: %j', (text) => {
  const path = newPath()
  writeFileSync(path, text)
  expect(() => loadKey(path)).toThrow(expect.objectContaining({ code: 'key.malformed' }))
  expect(readFileSync(path, 'utf8')).toBe(text)
})
