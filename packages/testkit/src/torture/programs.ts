/**
 * The processes of a torture as programs: each is bundled once, so that a thousand starts do not compile a thousand times, and that a run
 * tests one state of the sources, whatever is edited meanwhile.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultServerConditions } from 'vite'

export interface Programs {
  readonly hub: string
  readonly device: string
  readonly crowd: string
  remove(): Promise<void>
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export async function buildPrograms(): Promise<Programs> {
  // Inside the repository, where Node finds the packages that are not bundled.
  const parent = here('../../dist')
  await mkdir(parent, { recursive: true })
  const directory = await mkdtemp(join(parent, 'torture-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: here('.'),
    publicDir: false,
    // Packages of this repository are bundled from their sources; others are left to Node.
    ssr: { noExternal: [/^@tombolo\//], resolve: { conditions: ['tombolo-source', ...defaultServerConditions] } },
    build: {
      ssr: true,
      outDir: directory,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        input: { hub: here('./hub-process.ts'), device: here('./device-process.ts'), crowd: here('./crowd-process.ts') },
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  return {
    hub: join(directory, 'hub.mjs'),
    device: join(directory, 'device.mjs'),
    crowd: join(directory, 'crowd.mjs'),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
