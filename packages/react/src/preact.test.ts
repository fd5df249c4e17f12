// @vitest-environment happy-dom
import { createRoot } from 'react-dom/client'
import { act } from 'preact/test-utils'
import { describe, vi } from 'vitest'
import { hooksContract } from './test/hooks-contract.ts'

// As an app's bundler does by an alias.
vi.mock('react', () => import('preact/compat'))
vi.mock('react-dom/client', () => import('preact/compat/client'))

describe('with Preact', () => {
  hooksContract({ createRoot, act: (work) => act(work) })
})
