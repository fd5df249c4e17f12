/** A hub on disk, in a process of its own: `hub-process.ts DIRECTORY PORT [SITE]` says `ready` when it listens. SITE: an app's files. */
import { join } from 'node:path'
import { bearer, createHub, devAuth, devPages } from '@tombolo/hub'
import { environment, jsonLog, loadKey, serve, serveFiles } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { endWithParent } from './end-with-parent.ts'
import { app } from './schema.ts'
import { accountOf, tokenOf } from './token.ts'

endWithParent()
const [, , directory = '', port = '', site] = process.argv
const pages = devAuth(tokenOf('ann'), { account: 'ann' })
const gate = { allowedHosts: new Set([`127.0.0.1:${port}`]), allowedOrigins: new Set([`http://127.0.0.1:${port}`]) }
const hub = await createHub({
  ...environment,
  schema: app,
  storage: openSqlite({ path: join(directory, 'hub.sqlite'), mintEpoch: () => 'first-epoch' }),
  auth: async (headers) => {
    const account = accountOf(bearer(headers))
    return account === null ? pages.authenticate(headers) : { account }
  },
  gate,
  key: loadKey(join(directory, 'hub.key')),
  log: jsonLog('error'),
})
const elsewhere = site === undefined ? {} : { elsewhere: devPages({ gate, cookie: pages.cookie, files: serveFiles(site) }) }
await serve({ hub, host: '127.0.0.1', port: Number(port), ...elsewhere })
console.log('ready')
