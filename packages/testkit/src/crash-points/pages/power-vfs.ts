/** A file layer for SQLite in WebAssembly over a disk that may lose power. Locks are not needed: one connection has the files. */
import type { Database } from '../../../../client/src/storage/port.ts'
import { loadSqlite, type SqliteWasm } from '../../../../client/src/storage/sqlite-wasm.ts'
import { openWasm } from '../../../../client/src/storage/wasm.ts'
import type { PowerDisk } from './power-disk.ts'

/** The part of the package's interface for C structures that its types leave out. */
interface Struct {
  readonly pointer: number
  $iVersion: number
  $szOsFile: number
  $mxPathname: number
  $zName: number
  $pMethods: number
  $xRandomness: number
  dispose(): void
}
interface Structs {
  readonly sqlite3_io_methods: new () => Struct
  readonly sqlite3_file: (new (pointer: number) => Struct) & { readonly structInfo: { readonly sizeof: number } }
  readonly sqlite3_vfs: new (pointer?: number) => Struct
  readonly sqlite3_vfs_find: (name: null) => number
}
type Method = (...args: never[]) => number
type Install = (layer: object) => void

const SECTOR_BYTES = 4096
const PATH_BYTES_MAX = 512

let layers = 0

/** Opens the database of this disk, with the client's own adapter. */
export async function openOn(disk: PowerDisk): Promise<Database> {
  const module = await loadSqlite()
  const name = install(module, disk)
  const connect = (): InstanceType<SqliteWasm['sqlite']['oo1']['DB']> =>
    new module.sqlite.oo1.DB({ filename: '/store.db', flags: 'c', vfs: name })
  return openWasm({ module, connect, durability: 'disk' })
}

function install({ sqlite }: SqliteWasm, disk: PowerDisk): string {
  const { wasm } = sqlite
  const capi = sqlite.capi as unknown as Structs & Readonly<Record<`SQLITE_${string}`, number>>
  const open = new Map<number, string>()
  const fileOf = (pointer: number): string => open.get(pointer) ?? ''
  const guarded = (work: () => void): number => {
    try {
      work()
      return 0
    } catch {
      return capi.SQLITE_IOERR ?? 10
    }
  }
  const io: Record<string, Method> = {
    xClose: (file: number) => (open.delete(file), 0),
    xRead: (file: number, to: number, count: number, at: bigint) => {
      const bytes = disk.read(fileOf(file)).subarray(Number(at), Number(at) + count)
      wasm.heap8u().set(bytes, to)
      if (bytes.length === count) return 0
      wasm.heap8u().fill(0, to + bytes.length, to + count)
      return capi.SQLITE_IOERR_SHORT_READ ?? 522
    },
    xWrite: (file: number, from: number, count: number, at: bigint) =>
      guarded(() => disk.write(fileOf(file), Number(at), wasm.heap8u().subarray(from, from + count))),
    xTruncate: (file: number, size: bigint) => guarded(() => disk.write(fileOf(file), Number(size), null)),
    xSync: (file: number) => guarded(() => disk.flush(fileOf(file))),
    xFileSize: (file: number, out: number) => (wasm.poke64(out, BigInt(disk.read(fileOf(file)).length)), 0),
    xLock: () => 0,
    xUnlock: () => 0,
    xCheckReservedLock: (_: number, out: number) => (wasm.poke32(out, 0), 0),
    xFileControl: () => capi.SQLITE_NOTFOUND ?? 12,
    xSectorSize: () => SECTOR_BYTES,
    xDeviceCharacteristics: () => capi.SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN ?? 0x800,
  }
  const ioMethods = new capi.sqlite3_io_methods()
  ioMethods.$iVersion = 1
  const methods: Record<string, Method> = {
    xOpen: (_: number, path: number, file: number, flags: number, outFlags: number) => {
      const name = wasm.cstrToJs(path) ?? `temporary-${file}`
      disk.make(name)
      open.set(file, name)
      const struct = new capi.sqlite3_file(file)
      struct.$pMethods = ioMethods.pointer
      struct.dispose()
      wasm.poke32(outFlags, flags)
      return 0
    },
    xDelete: (_: number, path: number) => guarded(() => disk.remove(wasm.cstrToJs(path) ?? '')),
    xAccess: (_: number, path: number, __: number, out: number) => (wasm.poke32(out, disk.has(wasm.cstrToJs(path) ?? '') ? 1 : 0), 0),
    xFullPathname: (_: number, path: number, count: number, out: number) => (wasm.cstrncpy(out, path, count) < count ? 0 : 14),
    xCurrentTimeInt64: (_: number, out: number) => (wasm.poke64(out, 0xbfc83e532200n), 0),
    xGetLastError: () => 0,
  }
  const platform = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null))
  const vfs = new capi.sqlite3_vfs()
  const name = `power-${(layers += 1)}`
  vfs.$iVersion = 2
  vfs.$szOsFile = capi.sqlite3_file.structInfo.sizeof
  vfs.$mxPathname = PATH_BYTES_MAX
  vfs.$zName = wasm.allocCString(name, false)
  vfs.$xRandomness = platform.$xRandomness
  platform.dispose()
  const installVfs = sqlite.vfs.installVfs as Install
  installVfs({ io: { struct: ioMethods, methods: io }, vfs: { struct: vfs, methods } })
  return name
}
