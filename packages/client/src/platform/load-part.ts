/**
 * Parts of the code that are loaded when they are first needed. Without a network one may be out of reach, unless a service worker keeps
 * it: that is an expected failure, with a code, after which the same can be asked again.
 */

/** Thrown when a part could not be loaded. Nothing has happened of what was asked. */
export class PartMissing extends Error {
  override readonly name = 'PartMissing'
  readonly code = 'store.part'

  constructor(cause: unknown, message = 'A part of the app that is needed for this could not be loaded.') {
    super(message, { cause })
  }
}

/** Loads a part, by a dynamic import. @throws PartMissing */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load()
  } catch (error) {
    throw new PartMissing(error)
  }
}
