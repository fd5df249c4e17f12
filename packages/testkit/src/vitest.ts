/** The field in tests of Vitest: it closes itself when its test is done, and there are matchers for what must hold. */
import type { Schema } from '@tombolo/core'
import { expect, onTestFinished } from 'vitest'
// Stays in the declarations. Without it a bundler's resolution takes what `require` finds for the module that is declared below.
import 'vitest'
import type { Field, FieldOptions } from './field/field.ts'
import { openField as openOpenField } from './field/field.ts'
import { type FieldMatchers, matchers } from './matchers.ts'

/**
 * Opens a field for the test that is running, and closes it after that. As `openField` of `@tombolo/testkit` otherwise.
 * @example
 * import { openField } from '@tombolo/testkit/vitest'
 * import { test, expect } from 'vitest'
 *
 * test('a note written offline reaches the other device', async () => {
 *   const field = await openField({ schema: app })
 *   const ana = await field.device('ana')
 *   const ben = await field.device('ben')
 *   ana.goOffline()
 *   const project = await ana.store.createSpace('Birds')
 *   await ana.store.write((w) => w.notes.add(project, { title: 'Heron' }))
 *   expect(ana).not.toHaveSynced()
 *   ana.goOnline()
 *   await field.quiet()
 *   await expect(ben).toShow('notes', [{ title: 'Heron' }])
 *   await expect(field).toAgree()
 *   expect(field).toHaveLostNothing()
 * })
 */
export async function openField<S extends Schema>(options: FieldOptions<S>): Promise<Field<S>> {
  const field = await openOpenField(options)
  onTestFinished(() => field.close())
  return field
}

expect.extend(matchers)

declare module 'vitest' {
  // As Vitest declares it: declarations that merge have the same parameters.
  // oxlint-disable-next-line typescript/no-explicit-any
  interface Matchers<T = any> extends FieldMatchers {}
}

export * from './index.ts'
export type { FieldMatchers } from './matchers.ts'
