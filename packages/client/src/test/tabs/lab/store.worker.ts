import { serveStore } from '../../../worker.ts'
import { app } from './schema.ts'

serveStore(app)
