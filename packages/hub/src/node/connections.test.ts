import { describe, expect, it } from 'vitest'
import { Connections } from './connections.ts'

const limited = (total: number, perAddress: number): { connections: Connections<string>; closed: string[] } => {
  const closed: string[] = []
  return { connections: new Connections<string>({ total, perAddress }, (connection) => closed.push(connection)), closed }
}

describe('[S7] open connections', () => {
  it('beyond the total, the one that has been idle longest makes room', () => {
    const { connections, closed } = limited(3, 9)
    for (const name of ['loris', 'device', 'another']) connections.opened(name, null)
    connections.busy('loris')
    connections.idle('loris')
    connections.opened('new', null)
    expect(closed).toEqual(['device'])
    expect(connections.size).toBe(3)
  })

  it('one with a request, or a live socket, keeps its place', () => {
    const { connections, closed } = limited(2, 9)
    for (const name of ['live', 'pushing']) {
      connections.opened(name, null)
      connections.busy(name)
    }
    connections.opened('new', null)
    expect(closed).toEqual(['new'])
    connections.closed('pushing')
    connections.opened('later', null)
    expect(closed).toEqual(['new'])
  })

  it('however many idle ones come, one that sends its request at once is not among those that leave', () => {
    const { connections, closed } = limited(10, 100)
    connections.opened('device', null)
    connections.busy('device')
    for (let k = 0; k < 1000; k += 1) connections.opened(`loris ${k}`, null)
    expect(closed).toHaveLength(991)
    expect(closed).not.toContain('device')
    expect(connections.size).toBe(10)
  })

  it('of one address are limited, and their places are given back', () => {
    const { connections, closed } = limited(10, 2)
    for (const name of ['a1', 'a2', 'a3']) connections.opened(name, 'a')
    connections.opened('b1', 'b')
    expect(closed).toEqual(['a3'])
    connections.closed('a3')
    connections.closed('a1')
    connections.opened('a4', 'a')
    expect(closed).toEqual(['a3'])
    expect(connections.size).toBe(3)
  })

  it('that made room are not counted twice when their close is told', () => {
    const { connections, closed } = limited(2, 2)
    for (const name of ['a1', 'a2', 'b1']) connections.opened(name, name.slice(0, 1))
    connections.closed('a1')
    connections.closed('a2')
    connections.opened('a3', 'a')
    connections.opened('a4', 'a')
    expect(closed).toEqual(['a1', 'b1'])
  })
})
