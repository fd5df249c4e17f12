/**
 * Ties a field to an input or textarea of the page: the text and the caret of the one are those of the other. The element stays
 * uncontrolled: what a person types is in it already, and it is written to only when others changed the text.
 */
import type { Stop } from '../engine/port.ts'
import type { FieldView, Selection } from './field-session.ts'
import type { Field } from './fields.ts'

type TextElement = HTMLInputElement | HTMLTextAreaElement

/**
 * Ties a field to an input or textarea, until the returned function is called.
 * @example
 * const input = document.createElement('input')
 * const stop = bindField(store.field(note, 'title'), input)
 */
export function bindField(field: Field, element: TextElement): Stop {
  const view: FieldView = { selection: () => selectionOf(element), show: (text, selection) => show(element, text, selection) }
  const detach = field.attach(view)
  const flush = (): void => void field.flush()
  const typed = (): void => {
    // What a number input cannot read it gives as nothing, which nobody meant.
    if (!element.validity.badInput) field.input(element.value, selectionOf(element)?.end ?? null, view)
  }
  const listeners = [
    listen(element, 'input', typed),
    listen(element, 'compositionstart', () => field.compositionStarted(view)),
    // Browsers differ in whether the last input event comes before this one.
    listen(element, 'compositionend', () => {
      typed()
      field.compositionEnded(view)
    }),
    listen(element, 'blur', flush),
    listen(element.ownerDocument, 'visibilitychange', () => {
      if (element.ownerDocument.visibilityState === 'hidden') flush()
    }),
    listen(element.ownerDocument.defaultView, 'pagehide', flush),
  ]
  return () => {
    for (const stop of listeners) stop()
    detach()
  }
}

function listen(target: EventTarget | null, type: string, listener: () => void): Stop {
  target?.addEventListener(type, listener)
  return () => target?.removeEventListener(type, listener)
}

/** Null for inputs without a caret that can be read: numbers, dates. */
function selectionOf(element: TextElement): Selection | null {
  const { selectionStart: start, selectionEnd: end } = element
  return start === null || end === null ? null : { start, end }
}

/** Writing a value puts the caret at its end and may scroll: both are put back, the caret only where a person is. */
function show(element: TextElement, text: string, selection: Selection | null): void {
  if (element.value === text) return
  const { scrollTop } = element
  element.value = text
  if (selection !== null && element.ownerDocument.activeElement === element) element.setSelectionRange(selection.start, selection.end)
  element.scrollTop = scrollTop
}
