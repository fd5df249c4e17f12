import { createHub, devAuth, SILENT } from '@tombolo/hub'
import { environment } from '@tombolo/hub/node'
import { openSqlite } from '@tombolo/hub/sqlite'
import { expect, it, vi } from 'vitest'
import { app } from '../test/schema.ts'
import { serveLan } from './lan.ts'

vi.mock('node:os', async (original) => ({ ...(await original<object>()), networkInterfaces: () => ({}) }))

it('--lan on a machine in no local network says so', async () => {
  const storage = openSqlite({ path: ':memory:', mintEpoch: () => 'an-epoch' })
  const gate = { allowedHosts: new Set<string>(), allowedOrigins: new Set<string>() }
  const auth = devAuth('the-dev-token').authenticate
  const hub = await createHub({ ...environment, schema: app, storage, auth, gate, key: new Uint8Array(32), log: SILENT })
  const serving = serveLan({ hub, account: 'dev', files: null, data: '/nowhere', port: 0, say: () => undefined })
  await expect(serving).rejects.toMatchObject({ code: 'cli.noNetwork' })
  await hub.close()
  await storage.close()
})
