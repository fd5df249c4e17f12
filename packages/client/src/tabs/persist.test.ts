import { expect, test } from 'vitest'
import { keepData } from './persist.ts'

const storage = (persisted: boolean, granted: boolean) => ({ persisted: async () => persisted, persist: async () => granted })

test.each([
  ['kept', 'the browser keeps it', storage(false, true), true],
  ['not-kept', 'the browser does not want to', storage(false, false), true],
  ['declined', 'the person does not want it', storage(false, true), false],
  ['unknown', 'the browser has nothing to ask', undefined, true],
] as const)('%s: %s', async (kept, _, at, agrees) => {
  expect(await keepData(() => agrees, at)).toBe(kept)
})

test('nobody is asked where it is kept already', async () => {
  const explain = (): boolean => expect.fail('asked for no reason')
  expect(await keepData(explain, storage(true, false))).toBe('kept')
})
