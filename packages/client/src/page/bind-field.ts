/**
 * Binds a field to an input or textarea of the page, with text and caret. The element stays uncontrolled: it already holds what a person
 * types, and is written only when others changed the text.
 */
import type { Stop } from '../engine/port.ts'
import type { FieldView, Selection } from './field-session.ts'
import type { Field } from './fields.ts'

type TextElement = HTMLInputElement | HTMLTextAreaElement

/**
 * Binds a field to an input or textarea until the returned function is called.
 * @example
 * const input = document.createElement('input')
 * const stop = bindField(store.field(note, 'title'), input)
 */
export function bindField(field: Field, element: TextElement): Stop {
  const view: FieldView = { selection: () => selectionOf(element), show: (text, selection) => show(element, text, selection) }
  const detach = field.attach(view)
  const flush = (): void => void field.flush()
  const typed = (): void => {
    // A number input with unreadable text has an empty value, which must not be saved.
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

/** The selection; null for inputs that do not expose one, such as numbers and dates. */
function selectionOf(element: TextElement): Selection | null {
  const { selectionStart: start, selectionEnd: end } = element
  return start === null || end === null ? null : { start, end }
}

/** Writes the text. That moves the caret to the end and may scroll, so both are restored; the caret only if the element has focus. */
function show(element: TextElement, text: string, selection: Selection | null): void {
  if (element.value === text) return
  const { scrollTop } = element
  element.value = text
  if (selection !== null && element.ownerDocument.activeElement === element) element.setSelectionRange(selection.start, selection.end)
  element.scrollTop = scrollTop
}
