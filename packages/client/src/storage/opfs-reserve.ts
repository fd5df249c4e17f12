// The reserve of a database in a browser: a file of its own in OPFS, made longer without writing, which counts against the quota.
//
// - Room counts as free again when the handle is closed, not when the file is made shorter (measured in Chromium). So letting go closes it,
//   and what was let go is held again by opening a new handle, which takes a moment.
// - Browsers give files room in steps (Chromium: the next power of two up to 128 MiB, then multiples of that), so a large database that is
//   full may not grow by what is let go; its log, which is small, does.
import type { Reserve } from './port.ts'

/** The part of a sync access handle that is used here. */
interface Handle {
  getSize(): number
  truncate(bytes: number): void
  close(): void
}

export class OpfsReserve implements Reserve {
  readonly #path: string
  #handle: Handle | null = null
  #isClosed = false

  constructor(path: string) {
    this.#path = path
  }

  get bytes(): number {
    return this.#handle?.getSize() ?? 0
  }

  async hold(bytes: number): Promise<boolean> {
    try {
      await this.#open()
      if (this.bytes < bytes) this.#handle?.truncate(bytes)
    } catch {
      // The device has no room for it now.
    }
    return this.bytes >= bytes
  }

  release(): void {
    try {
      this.#handle?.truncate(0)
    } finally {
      this.close()
      this.#isClosed = false
    }
  }

  /** Ends the use of the file, which keeps its room. */
  close(): void {
    this.#handle?.close()
    this.#handle = null
    this.#isClosed = true
  }

  async #open(): Promise<void> {
    if (this.#handle !== null) return
    const { folder, name } = await placeOf(this.#path)
    const file: FileSystemFileHandle & { createSyncAccessHandle?(): Promise<Handle> } = await folder.getFileHandle(name, { create: true })
    const handle = await file.createSyncAccessHandle?.()
    if (handle !== undefined && !this.#isClosed && this.#handle === null) this.#handle = handle
    else handle?.close()
  }
}

/** Removes the file of a reserve. It need not exist. */
export async function removeReserve(path: string): Promise<void> {
  try {
    const { folder, name } = await placeOf(path)
    await folder.removeEntry(name)
  } catch {
    // It is not there, or the whole directory is not: nothing keeps room.
  }
}

async function placeOf(path: string): Promise<{ readonly folder: FileSystemDirectoryHandle; readonly name: string }> {
  const parts = path.split('/').filter((part) => part !== '')
  const name = parts.pop() ?? ''
  let folder = await navigator.storage.getDirectory()
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true })
  return { folder, name }
}
