import { serveStore } from '@tombolo/client/worker'
import { app } from '../../src/ours/schema.ts'

serveStore(app)
