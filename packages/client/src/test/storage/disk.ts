/**
 * A disk that a test owns, under the shipped SQLite in WebAssembly: its size, its bytes, and how it gives room to files.
 *
 * It works as the pool of OPFS files does (exclusive locks, no shared memory), and reports failures as that does: SQLITE_IOERR, with the
 * exception in the log of the file layer.
 */
import type { Sqlite3Static, WasmPointer } from '@sqlite.org/sqlite-wasm'
import type { Database, Reserve, Storage } from '../../storage/port.ts'
import { assertDatabaseName, generationsOf, nextGeneration } from '../../storage/sql.ts'
import { loadSqlite, type SqliteWasm } from '../../storage/sqlite-wasm.ts'
import { openWasm } from '../../storage/wasm.ts'

/** How a file that grows is given room: for its bytes, or for the next power of two, at least 1 MiB, as Chromium does. */
export type Granting = 'bytes' | 'powers of two'

interface DiskFile {
  bytes: Uint8Array<ArrayBuffer>
  size: number
  /** The room that it was given; at least `size`. */
  room: number
}

export class TestDisk {
  /** What fits on it. */
  bytesMax = Number.POSITIVE_INFINITY
  readonly files: Map<string, DiskFile> = new Map()
  readonly #granting: Granting

  constructor(granting: Granting = 'bytes') {
    this.#granting = granting
  }

  get used(): number {
    return [...this.files.values()].reduce((sum, { room }) => sum + room, 0)
  }

  /** As if the device was restarted: files have the room that they fill. */
  restart(): void {
    for (const file of this.files.values()) file.room = file.size
  }

  file(path: string): DiskFile {
    const file = this.files.get(path) ?? { bytes: new Uint8Array(1 << 12), size: 0, room: 0 }
    this.files.set(path, file)
    return file
  }

  /** The bytes of a database's file, which the test may alter while it is closed. */
  bytesOf(path: string): Uint8Array {
    const { bytes, size } = this.file(path)
    return bytes.subarray(0, size)
  }

  write(file: DiskFile, data: Uint8Array, at: number): void {
    this.resize(file, Math.max(file.size, at + data.length))
    file.bytes.set(data, at)
  }

  /** Gives a file room and no bytes. @throws QuotaExceededError */
  allot(file: DiskFile, size: number): void {
    this.#grant(file, size)
    file.size = size
  }

  /** @throws QuotaExceededError */
  resize(file: DiskFile, size: number): void {
    if (size > file.room) this.#grant(file, size)
    if (size > file.bytes.length) {
      const larger = new Uint8Array(Math.max(size, file.bytes.length * 2))
      larger.set(file.bytes.subarray(0, file.size))
      file.bytes = larger
    }
    if (size < file.size) file.bytes.fill(0, size, file.size)
    if (this.#granting === 'bytes') file.room = size
    file.size = size
  }

  #grant(file: DiskFile, size: number): void {
    const room = this.#granting === 'bytes' ? size : 2 ** Math.ceil(Math.log2(Math.max(size, 1 << 20)))
    if (this.used - file.room + room > this.bytesMax) throw new DOMException('the disk is full', 'QuotaExceededError')
    file.room = room
  }
}

/** Databases on that disk. */
export function diskStorage(disk: TestDisk): Storage {
  const files = (): string[] => [...disk.files.keys()].filter((path) => path.endsWith('.db')).map((path) => path.slice(1, -3))
  const open = async (name: string, file: string, aside: readonly string[], isDamaged = false): Promise<Database> => {
    const module = await loadSqlite()
    const layer = layerOver(module, disk)
    const connect = (): InstanceType<Sqlite3Static['oo1']['DB']> =>
      new module.sqlite.oo1.DB({ filename: `/${file}.db`, flags: 'c', vfs: layer })
    return openWasm({ module, connect, durability: 'disk', reserve: new DiskReserve(disk, `/${name}.reserve`), aside, isDamaged })
  }
  const remove = (file: string): void => ['.db', '.db-wal', '.db-journal'].forEach((suffix) => disk.files.delete(`/${file}${suffix}`))
  return {
    open: async (name) => {
      assertDatabaseName(name)
      const known = generationsOf(name, files())
      return await open(name, known.at(-1) ?? name, known.slice(0, -1))
    },
    renew: async (name) => {
      const known = generationsOf(name, files())
      return await open(name, nextGeneration(known.at(-1) ?? name), known)
    },
    async remove(name) {
      generationsOf(name, files()).forEach(remove)
      disk.files.delete(`/${name}.reserve`)
    },
    openAside: (file) => open('aside', file, [], true),
    readAside: async (file) => Uint8Array.from(disk.bytesOf(`/${file}.db`)),
    removeAside: async (file) => remove(file),
  }
}

class DiskReserve implements Reserve {
  readonly #disk: TestDisk
  readonly #path: string

  constructor(disk: TestDisk, path: string) {
    this.#disk = disk
    this.#path = path
  }

  get bytes(): number {
    return this.#disk.files.get(this.#path)?.size ?? 0
  }

  async hold(bytes: number): Promise<boolean> {
    try {
      if (this.bytes < bytes) this.#disk.allot(this.#disk.file(this.#path), bytes)
      return true
    } catch {
      return false
    }
  }

  release(): void {
    this.#disk.files.delete(this.#path)
  }
}

const OK = 0

/** What SQLite passes in 64 bits; the package's types have it a number. */
const plain = (value: number | bigint): number => Number(value)

// ── the file layer ───────────────────────────────────────────────────────────────────────────────────────────────────────

const layers = new Map<TestDisk, string>()

/** The name by which SQLite knows the disk. */
function layerOver(module: SqliteWasm, disk: TestDisk): string {
  const known = layers.get(disk)
  if (known !== undefined) return known
  const name = `test-disk-${layers.size + 1}`
  layers.set(disk, name)
  install(module.sqlite, disk, name)
  return name
}

function install({ capi, wasm, vfs, config }: Sqlite3Static, disk: TestDisk, name: string): void {
  const open = new Map<WasmPointer, { readonly path: string; readonly file: DiskFile }>()
  const fileAt = (pointer: WasmPointer): DiskFile => {
    const opened = open.get(pointer)
    if (opened === undefined) throw new Error('SQLite uses a file that is closed')
    return opened.file
  }
  const tried = (work: () => void): typeof OK | typeof capi.SQLITE_IOERR => {
    try {
      work()
      return OK
    } catch (error) {
      config.error(error)
      return capi.SQLITE_IOERR
    }
  }
  const io = new capi.sqlite3_io_methods()
  Object.assign(io, { $iVersion: 1 })
  vfs.installVfs({
    io: {
      struct: io,
      methods: {
        xClose: (pointer) => {
          open.delete(pointer)
          return 0
        },
        xRead: (pointer, to, count, offset) => {
          const { bytes, size } = fileAt(pointer)
          const at = plain(offset)
          const read = bytes.subarray(at, Math.max(at, Math.min(at + count, size)))
          const target = wasm.heap8u().subarray(to, to + count)
          target.set(read)
          target.fill(0, read.length)
          return read.length < count ? capi.SQLITE_IOERR_SHORT_READ : 0
        },
        xWrite: (pointer, from, count, offset) =>
          tried(() => disk.write(fileAt(pointer), wasm.heap8u().slice(from, from + count), plain(offset))),
        xTruncate: (pointer, size) => tried(() => disk.resize(fileAt(pointer), plain(size))),
        xSync: () => 0,
        xFileSize: (pointer, to) => {
          wasm.poke64(to, BigInt(fileAt(pointer).size))
          return 0
        },
        xLock: () => 0,
        xUnlock: () => 0,
        xCheckReservedLock: (_pointer, to) => {
          wasm.poke32(to, 0)
          return 0
        },
        xFileControl: () => capi.SQLITE_NOTFOUND,
        // The package's types have these two give a result code.
        xSectorSize: () => 4096 as never,
        xDeviceCharacteristics: () => capi.SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN as never,
      },
    },
  })
  const layer = new capi.sqlite3_vfs()
  const platform = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null))
  // The size of SQLite's own part of an open file, which the package has and does not type.
  const FILE_BYTES = (capi.sqlite3_file as never as { readonly structInfo: { readonly sizeof: number } }).structInfo.sizeof
  Object.assign(layer, { $iVersion: 2, $szOsFile: FILE_BYTES, $mxPathname: 512 })
  Object.assign(layer, { $xRandomness: (platform as never as Record<string, unknown>)['$xRandomness'] })
  vfs.installVfs({
    vfs: {
      struct: layer,
      name,
      methods: {
        xAccess: (_vfs, path, _flags, to) => {
          wasm.poke32(to, disk.files.has(wasm.cstrToJs(path) ?? '') ? 1 : 0)
          return 0
        },
        xDelete: (_vfs, path) => {
          disk.files.delete(wasm.cstrToJs(path) ?? '')
          return 0
        },
        xFullPathname: (_vfs, path, count, to) => (wasm.cstrncpy(to, path, count) < count ? 0 : capi.SQLITE_CANTOPEN),
        xOpen: (_vfs, path, pointer, flags, to) => {
          const opened = wasm.cstrToJs(path) ?? ''
          if ((flags & capi.SQLITE_OPEN_CREATE) === 0 && !disk.files.has(opened)) return capi.SQLITE_CANTOPEN
          open.set(pointer, { path: opened, file: disk.file(opened) })
          const handle = new capi.sqlite3_file(pointer)
          handle.$pMethods = io.pointer
          handle.dispose()
          wasm.poke32(to, flags)
          return 0
        },
        xSleep: () => 0,
        xCurrentTime: (_vfs, to) => {
          wasm.poke(to, 2_440_587.5 + Date.now() / 86_400_000, 'double')
          return 0
        },
        xCurrentTimeInt64: (_vfs, to) => {
          wasm.poke64(to, BigInt(210_866_760_000_000 + Date.now()))
          return 0
        },
        xGetLastError: () => 0,
      },
    },
  })
}
