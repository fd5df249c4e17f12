/** Backups of a hub's SQLite database: making them, keeping some, counting on them, and restoring one. */
export { openBackups, type ShelvedBackups } from './backups.ts'
export { type BackupOptions, makeBackup } from './make.ts'
export type { Manifest } from './manifest.ts'
export { type Restored, restoreBackup, type RestoreOptions } from './restore.ts'
export type { ShelvedBackup } from './shelf.ts'
