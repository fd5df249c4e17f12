// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { describe } from 'vitest'
import { hooksContract } from './test/hooks-contract.ts'

// React reports errors that a boundary has caught, and asks whether a test means to use `act`.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

describe('with React', () => {
  hooksContract({ createRoot: (container) => createRoot(container, { onCaughtError: () => {} }), act })
})
