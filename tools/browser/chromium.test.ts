import { expect, test } from 'vitest'
import { findChromium } from './chromium.ts'

test('CHROMIUM_PATH wins over what is installed', () => {
  expect(findChromium({ CHROMIUM_PATH: '/opt/chromium' }, () => true)).toBe('/opt/chromium')
})

test('a CHROMIUM_PATH that points nowhere is an error, not a hint', () => {
  expect(() => findChromium({ CHROMIUM_PATH: '/opt/chromium' }, (path) => path === '/usr/bin/chromium')).toThrow('/opt/chromium')
})

test('a machine without Chromium is told how to install one', () => {
  expect(() => findChromium({}, () => false)).toThrow('apt-get install chromium')
})
