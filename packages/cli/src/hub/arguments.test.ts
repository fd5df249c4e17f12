import { describe, expect, it } from 'vitest'
import { parseHubArguments } from './arguments.ts'

const parse = (...args: readonly string[]): ReturnType<typeof parseHubArguments> => parseHubArguments(args, '/here')

describe('tombolo hub', () => {
  it('takes paths from where it was started, and has defaults', () => {
    expect(parse('--schema', 'a/schema.ts')).toEqual({
      schema: '/here/a/schema.ts',
      serve: null,
      data: '/here/data',
      host: '127.0.0.1',
      port: 8787,
      dev: false,
      lan: false,
      origins: [],
      backups: null,
      horizonDays: null,
    })
    expect(parse('--schema', '/s.ts', '--serve', 'dist', '--data', '/d', '--port', '0', '--dev')).toMatchObject({
      schema: '/s.ts',
      serve: '/here/dist',
      data: '/d',
      port: 0,
      dev: true,
    })
  })

  it('makes backups each day and keeps a week of them, unless it is told otherwise', () => {
    const backups = (...args: readonly string[]): object | null => parse('--schema', 's.ts', '--backups', 'b', ...args).backups
    expect(backups()).toEqual({ directory: '/here/b', everyMs: 86_400_000, keep: 7 })
    expect(backups('--backup-every', '90m', '--keep', '30')).toEqual({ directory: '/here/b', everyMs: 5_400_000, keep: 30 })
    expect(backups('--backup-every', 'never')).toMatchObject({ everyMs: null })
    expect(parse('--schema', 's.ts', '--horizon', '400d').horizonDays).toBe(400)
  })

  it.each<readonly [string, readonly string[]]>([
    ['cli.schema', []],
    ['cli.arguments', ['--schema', 's.ts', '--nonsense']],
    ['cli.arguments', ['--schema', 's.ts', 'extra']],
    ['cli.port', ['--schema', 's.ts', '--port', 'http']],
    ['cli.port', ['--schema', 's.ts', '--port', '70000']],
    ['cli.arguments', ['--schema', 's.ts', '--keep', '3']],
    ['cli.duration', ['--schema', 's.ts', '--backups', 'b', '--backup-every', 'daily']],
    ['cli.duration', ['--schema', 's.ts', '--horizon', '0d']],
    ['cli.keep', ['--schema', 's.ts', '--backups', 'b', '--keep', '0']],
    ['cli.lan', ['--schema', 's.ts', '--lan']],
    ['cli.origin', ['--schema', 's.ts', '--origin', 'https://a.test/path']],
    ['cli.devExposed', ['--schema', 's.ts', '--dev', '--host', '0.0.0.0']],
    ['cli.devExposed', ['--schema', 's.ts', '--dev', '--host', '192.168.1.7']],
  ])('says %s to %j', (code, args) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code }))
  })
})
