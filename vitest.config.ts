import { availableParallelism } from 'node:os'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Workspace packages are tested from their sources; what Node loads itself (externalised modules) must agree.
const conditions = ['tombolo-source', ...defaultServerConditions]
const resolveFromSource = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['tombolo-source', 'node', 'import', 'default'] } },
}

const rooms = ['packages/*/src', 'apps/*/src', 'apps/*/test', 'bench', 'fuzz/src', 'tools']
const browserTests = rooms.map((room) => `${room}/**/*.browser.test.{ts,tsx}`)

export default defineConfig({
  test: {
    projects: [
      {
        ...resolveFromSource,
        test: {
          name: 'unit',
          environment: 'node',
          include: rooms.map((room) => `${room}/**/*.test.{ts,tsx}`),
          exclude: ['**/node_modules/**', '**/dist/**', ...browserTests],
          setupFiles: ['tools/chance.ts'],
          // Vitest leaves one core to itself, which is half of a build machine; it does little while tests run.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // No test waits for real time; these only keep a busy machine from failing one that is right.
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...resolveFromSource,
        test: {
          name: 'browser',
          environment: 'node',
          include: browserTests,
          exclude: ['**/node_modules/**', '**/dist/**'],
          // Each file drives a whole Chromium: one at a time, with patience for slow machines.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
