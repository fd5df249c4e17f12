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
    })
    expect(parse('--schema', '/s.ts', '--serve', 'dist', '--data', '/d', '--port', '0', '--dev')).toMatchObject({
      schema: '/s.ts',
      serve: '/here/dist',
      data: '/d',
      port: 0,
      dev: true,
    })
  })

  it.each<readonly [string, readonly string[]]>([
    ['cli.schema', []],
    ['cli.arguments', ['--schema', 's.ts', '--nonsense']],
    ['cli.arguments', ['--schema', 's.ts', 'extra']],
    ['cli.port', ['--schema', 's.ts', '--port', 'http']],
    ['cli.port', ['--schema', 's.ts', '--port', '70000']],
    ['cli.lan', ['--schema', 's.ts', '--lan']],
    ['cli.origin', ['--schema', 's.ts', '--origin', 'https://a.test/path']],
    ['cli.devExposed', ['--schema', 's.ts', '--dev', '--host', '0.0.0.0']],
    ['cli.devExposed', ['--schema', 's.ts', '--dev', '--host', '192.168.1.7']],
  ])('says %s to %j', (code, args) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code }))
  })
})
