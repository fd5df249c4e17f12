/** A hub in a process of its own, for tests that kill it: `hub-process.ts DIRECTORY` prints its port when it is ready. */
import { join } from 'node:path'
import { environment, loadKey, serve } from '../node/index.ts'
import { createHub } from '../hub.ts'
import { SILENT } from '../log.ts'
import { openSqlite } from '../sqlite/index.ts'
import { notesSchema } from './schema.ts'

const directory = process.argv[2] ?? ''
const storage = openSqlite({ path: join(directory, 'hub.sqlite'), mintEpoch: () => 'first-epoch' })
const hosts = new Set<string>()
const hub = await createHub({
  ...environment,
  schema: notesSchema,
  storage,
  auth: async (headers) => ({ account: headers.get('x-account') ?? 'ann' }),
  gate: { allowedHosts: hosts, allowedOrigins: new Set() },
  key: loadKey(join(directory, 'hub.key')),
  log: SILENT,
})
const serving = await serve({ hub, host: '127.0.0.1', port: 0 })
hosts.add(`127.0.0.1:${serving.port}`)
process.on('SIGTERM', () => {
  void serving.close().then(() => storage.close())
})
console.log(serving.port)
