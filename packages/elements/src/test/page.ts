/** A page with elements in it, for tests of their behaviour without a browser. */
import type { Store } from '@tombolo/client'
import type { LitElement } from 'lit'
import { type Contents, FakeEngine, openFake, type SampleSchema } from './fake-engine.ts'

export interface Page<E> {
  readonly element: E
  readonly engine: FakeEngine
  readonly store: Store<SampleSchema>
}

type Tag = keyof HTMLElementTagNameMap & `tombolo-${string}`

/** An element in the page, given a store with these contents. */
export async function show<T extends Tag>(
  tag: T,
  contents: Partial<Contents> = {},
  properties: (store: Store<SampleSchema>) => Promise<object> | object = () => ({}),
): Promise<Page<HTMLElementTagNameMap[T]>> {
  const engine = new FakeEngine(contents)
  const store = await openFake(engine)
  const element = document.createElement(tag)
  Object.assign(element, { store, ...(await properties(store)) })
  document.body.replaceChildren(element)
  await settled(element)
  return { element, engine, store }
}

/** Everything that was asked for is drawn, nested elements and answers of the engine too. */
export async function settled(element: Element): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve))
    await (element as LitElement).updateComplete
  }
}

/** All elements below, through shadow roots. */
export function deep(root: Element | ShadowRoot): Element[] {
  const inside = root instanceof ShadowRoot ? root : (root.shadowRoot ?? root)
  return Array.from(inside.querySelectorAll('*')).flatMap((one) => (one.shadowRoot === null ? [one] : [one, ...deep(one.shadowRoot)]))
}

/** The first element of this kind. */
export function find<T extends keyof HTMLElementTagNameMap>(root: Element, tag: T): HTMLElementTagNameMap[T] {
  const found = deep(root).find((one): one is HTMLElementTagNameMap[T] => one.matches(tag))
  if (found === undefined) throw new Error(`There is no <${tag}>.`)
  return found
}

/** A button by its name. */
export function button(root: Element, name: string): HTMLElement {
  const found = deep(root).find((one) => one.matches('button, a') && nameOf(one) === name)
  if (found === undefined) throw new Error(`There is no button '${name}', only: ${buttons(root).join(', ')}`)
  return found as HTMLElement
}

export const buttons = (root: Element): readonly string[] =>
  deep(root)
    .filter((one) => one.matches('button, a'))
    .map(nameOf)

const nameOf = (one: Element): string => one.getAttribute('aria-label') ?? textOf(one)

/** What is written in it, with spaces as they are seen. */
export const textOf = (root: Element): string => written(root).replaceAll(/\s+/g, ' ').trim()

function written(root: Element): string {
  const nodes = Array.from((root.shadowRoot ?? root).childNodes)
  return nodes
    .map((node) => (node instanceof Element ? writtenIn(node) : node.nodeType === Node.TEXT_NODE ? (node.textContent ?? '') : ''))
    .join('')
}

const writtenIn = (element: Element): string => (element.matches('style') ? '' : written(element))
