import type { SpaceItem } from '@tombolo/client'
import type { SpaceId } from '@tombolo/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANT_PROJECT } from '../sample/ants.ts'
import { openTestStore, type TestStore } from '../test/store.ts'
import { deleteProject } from './delete-project.ts'
import { byName, FIRST_PROJECT, homeOf, nameOf, projectFor } from './projects.ts'

let opened: TestStore

beforeEach(async () => {
  opened = await openTestStore()
})

afterEach(() => opened.end())

const space = (id: string, name: string | null): SpaceItem => ({ id: id as SpaceId, name, head: 0, completeAt: null, role: null })

describe('where a new note goes', () => {
  test('the first start makes a project, once', async () => {
    const { store } = opened
    const [one, two] = await Promise.all([projectFor(store, null), projectFor(store, null)])
    expect(one).toBe(two)
    expect((await store.spaces()).map(nameOf)).toEqual([FIRST_PROJECT])
  })

  test('the first project is not held back for more input: what is done to it next is another change', async () => {
    const { store } = opened
    await store.renameSpace(await projectFor(store, null), 'Pond')
    expect((await store.outbox.all()).length).toBe(2)
  })

  test('to the project that is shown, else to the oldest of one’s own', async () => {
    const { store } = opened
    const chosen = await store.createSpace('Pond')
    expect(await projectFor(store, chosen.id)).toBe(chosen.id)
    expect(homeOf([space('b', 'Pond'), space('a', ANT_PROJECT), space('c', 'Lake')])?.id).toBe('b')
    expect(homeOf([space('a', ANT_PROJECT)])).toBeNull()
  })

  test('projects are found by name', () => {
    expect(byName([space('1', 'pond'), space('2', null), space('3', 'Lake')]).map(nameOf)).toEqual(['Lake', 'pond', 'Unnamed project'])
  })
})

describe('deleting a project', () => {
  const fill = async (): Promise<SpaceItem> => {
    const { store } = opened
    const project = await store.createSpace('Pond')
    await store.write((w) => Array.from({ length: 250 }, (_, index) => w.notes.add(project, { title: `Ant ${index}` })))
    return project
  }

  test('takes its notes along, a hundred at a time', async () => {
    const { store } = opened
    const progress: number[] = []
    const project = await fill()
    const { signal } = new AbortController()
    expect(await deleteProject(store, project, { signal, progress: (done) => progress.push(done) })).toBe(true)
    expect(progress).toEqual([100, 200, 250])
    expect([await store.db.notes.count(), await store.spaces()]).toEqual([0, []])
  })

  test('stops when it is told to, and leaves the project with the rest', async () => {
    const { store } = opened
    const stop = new AbortController()
    const project = await fill()
    expect(await deleteProject(store, project, { signal: stop.signal, progress: () => stop.abort() })).toBe(false)
    expect([await store.db.notes.count(), (await store.spaces()).length]).toEqual([150, 1])
  })
})
