import type { Examples } from '@tombolo/testkit/simulate'
import { app } from '../src/schema.ts'

export { app }

export const examples: Examples<typeof app> = {
  notes: {
    tags: ['wet', 'dry', 'old'],
    visits: (random) => 1 + Math.floor(random() * 3),
  },
}
