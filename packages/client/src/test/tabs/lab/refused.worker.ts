// As in the private windows of some browsers.
import { serveStore } from '../../../worker.ts'
import { app } from './schema.ts'

navigator.storage.getDirectory = () => Promise.reject(new DOMException('refused by the test', 'SecurityError'))
serveStore(app)
