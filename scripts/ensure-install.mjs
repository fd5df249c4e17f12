// Runs `npm ci` when what is installed is not what package-lock.json says, and is silent and quick otherwise.
// Contents are compared, not dates: a checkout touches files without changing them, and a needless `npm ci` compiles
// SQLite again.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry */

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** @param {string} path */
function lockedPackages(path) {
  /** @type {{ packages: Record<string, LockEntry> }} */
  const lock = JSON.parse(readFileSync(path, 'utf8'))
  return lock.packages
}

/** Why an install is needed, or undefined. Optional packages may be absent: they are for other platforms. */
export function staleReason(directory = root) {
  const installedLock = join(directory, 'node_modules/.package-lock.json')
  if (!existsSync(installedLock)) return 'nothing is installed yet'
  const installed = lockedPackages(installedLock)
  for (const [path, wanted] of Object.entries(lockedPackages(join(directory, 'package-lock.json')))) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue
    if (wanted.optional === true || wanted.devOptional === true) continue
    const found = installed[path]
    if (found === undefined) return `${path} is missing`
    if (found.version !== wanted.version) return `${path} is ${found.version}, not ${wanted.version}`
  }
  return undefined
}

/** @param {string} directory */
export function ensureInstalled(directory = root) {
  const reason = staleReason(directory)
  if (reason === undefined) return
  console.log(`Installing dependencies, because ${reason} …`)
  const { status, error } = spawnSync('npm', ['ci'], { cwd: directory, stdio: 'inherit', shell: process.platform === 'win32' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled()
