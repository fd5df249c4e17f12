/** The bar: which project is shown, and how syncing stands. */
import { useSpaces } from '@tombolo/react'
import type { SpaceId } from '@tombolo/core'
import { show, useFilter, useRoute, back, go } from '../navigation.ts'
import { byName, nameOf } from '../notes/projects.ts'
import { Button } from './button.tsx'

export function Bar() {
  const route = useRoute()
  return (
    <header class="bar">
      <Button look="plain" icon="back" class="bar-back" aria-label="Back to the list" onClick={back} />
      <h1 class="brand">
        <span class="visually-hidden">FieldNotes</span>
      </h1>
      <ProjectChoice isQuiet={route.screen !== 'list'} />
      <tombolo-status sign-in-href="/device" />
    </header>
  )
}

const ALL = ''

function ProjectChoice({ isQuiet }: { readonly isQuiet: boolean }) {
  const filter = useFilter()
  const spaces = useSpaces() ?? []
  const choose = (value: string): void => {
    const next = { ...filter, project: value === ALL ? null : (value as SpaceId) }
    if (isQuiet) go({ screen: 'list' }, next)
    else show(next)
  }
  return (
    <label class={isQuiet ? 'project-choice quiet' : 'project-choice'}>
      <span class="visually-hidden">Project</span>
      <select value={filter.project ?? ALL} onChange={(event) => choose(event.currentTarget.value)}>
        <option value={ALL}>All notes</option>
        {byName(spaces).map((space) => (
          <option key={space.id} value={space.id}>
            {nameOf(space)}
          </option>
        ))}
      </select>
    </label>
  )
}
