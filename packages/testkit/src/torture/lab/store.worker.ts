import { serveStore } from '@tombolo/client/worker'
import { app } from '../schema.ts'

serveStore(app)
