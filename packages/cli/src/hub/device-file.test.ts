import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readDevices, writeDevices } from './device-file.ts'

function newPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tombolo-devices-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'devices.json')
}

it('devices that were let in are known again', () => {
  const path = newPath()
  expect(readDevices(path)).toEqual([])
  writeDevices(path, ['one', 'two'])
  expect(readDevices(path)).toEqual(['one', 'two'])
})

it.each(['{}', '[1]', 'null'])('what is no list of devices is refused, so that nobody is signed out unseen: %s', (text) => {
  const path = newPath()
  writeFileSync(path, text)
  expect(() => readDevices(path)).toThrow(expect.objectContaining({ code: 'cli.devices' }))
})
