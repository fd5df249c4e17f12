/**
 * Errors of the public API. Each has a stable `code`, and `help` that says what to do. The classes are for `instanceof`; a code without a
 * class, such as one of an app's own hub, is a plain TomboloError.
 */
export interface ErrorPlace {
  readonly collection?: string
  readonly field?: string
}

/** The base class of all errors that Tombolo throws. Nothing was saved, unless the message says so. */
export class TomboloError extends Error {
  override readonly name: string = 'TomboloError'
  readonly code: string
  readonly help: string
  readonly collection: string | undefined
  readonly field: string | undefined

  constructor(code: string, message: string, place: ErrorPlace = {}) {
    super(message)
    this.code = code
    this.help = helpFor(code)
    this.collection = place.collection
    this.field = place.field
  }
}

/** The device has no space left. Changes saved before are safe and will still be sent. */
export class StoreFull extends TomboloError {
  override readonly name = 'StoreFull'
}

/** The device's storage failed in another way. */
export class StorageFailed extends TomboloError {
  override readonly name = 'StorageFailed'
}

/** A value or a change exceeds a limit. */
export class TooBig extends TomboloError {
  override readonly name = 'TooBig'
}

/** The schema, or a check of the app, does not allow it. `collection` and `field` say where. */
export class Invalid extends TomboloError {
  override readonly name = 'Invalid'
}

/** `ifUnchanged`: the record has changed since the person saw it. */
export class Changed extends TomboloError {
  override readonly name = 'Changed'
}

/** The record or the space is not on this device. */
export class Absent extends TomboloError {
  override readonly name = 'Absent'
}

/** A form's intent was already used for other content. */
export class IntentUsed extends TomboloError {
  override readonly name = 'IntentUsed'
}

/** Page and store, or device and hub, have different schemas; or a later version of the app has used the store. */
export class SchemaMismatch extends TomboloError {
  override readonly name = 'SchemaMismatch'
}

/** An invalid query or write: the program has to be corrected. */
export class Misuse extends TomboloError {
  override readonly name = 'Misuse'
}

type ErrorClass = new (code: string, message: string, place?: ErrorPlace) => TomboloError

const CLASSES: Readonly<Record<string, ErrorClass>> = {
  'storage.full': StoreFull,
  'change.tooLarge': TooBig,
  'value.tooLarge': TooBig,
  'value.tooDeep': TooBig,
  'set.tooLarge': TooBig,
  changed: Changed,
  'record.absent': Absent,
  'space.unknown': Absent,
  'intent.used': IntentUsed,
  'intent.reused': IntentUsed,
  'schema.mismatch': SchemaMismatch,
  'schema.outdated': SchemaMismatch,
}

/** The classes of other codes, by the part before the dot. */
const FAMILIES: Readonly<Record<string, ErrorClass>> = {
  storage: StorageFailed,
  value: Invalid,
  group: Invalid,
  operation: Invalid,
  schema: Invalid,
  query: Misuse,
  write: Misuse,
}

const familyOf = (code: string): string => code.split('.', 1)[0] ?? code

/** The error of a code. */
export function errorOf(code: string, message: string, place: ErrorPlace = {}, cause?: unknown): TomboloError {
  const Class = CLASSES[code] ?? FAMILIES[familyOf(code)] ?? TomboloError
  const error = new Class(code, message, place)
  if (cause !== undefined) error.cause = cause
  return error
}

/** Turns an error of the port into a TomboloError; bugs are returned unchanged. */
export function asTomboloError(thrown: unknown): TomboloError {
  if (thrown instanceof TomboloError) return thrown
  const { code, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    readonly code?: unknown
    readonly message?: unknown
  }
  return errorOf(typeof code === 'string' ? code : 'store.failed', typeof message === 'string' ? message : String(thrown), {}, thrown)
}

/** Awaits `work`; turns its error into a TomboloError. */
export async function orTomboloError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw asTomboloError(error)
  }
}

const HELP: Readonly<Record<string, string>> = {
  'storage.full': 'Free some space on the device, then save again. What was saved before is safe.',
  'storage.unkept': 'Do not save it again: it is kept as soon as the device allows. Leave the app open until it is sent.',
  'storage.busy': 'Close other windows of this app, then try again.',
  'change.tooLarge': 'Save it in pieces: one save holds at most 100,000 operations and 16 MiB.',
  'change.gone': 'Nothing is left to do: read the outbox again.',
  'change.offered': 'Wait for the answer; until then the hub may already have it.',
  'change.retry': 'Amend it, or discard it.',
  'value.tooLarge': 'One value holds at most 1 MiB of JSON; keep files as files.',
  'set.tooLarge': 'One set holds at most 10,000 elements; make them records.',
  changed: 'Read the record again, show the person what changed, and let them save once more.',
  'record.absent': 'Add it before you write to it; it may have been deleted meanwhile.',
  'invite.malformed': 'Open the whole link, or copy it again: some of it may be missing.',
  'space.unknown': 'Create the space with createSpace(), or wait until it has arrived.',
  'intent.used': 'Give each filled-in form an intent of its own: mint a new one when the form is opened.',
  'schema.mismatch': 'Rebuild the page and the store worker together, from the same schema, and load the page again.',
  'schema.outdated': 'Load the app again, so that its newest version opens the store. What is in it is safe.',
  'write.manySpaces': 'Make one write for each space: a write is atomic within its space.',
  'write.noSpace': 'Pass the row itself, or { id, space }; or use writeIn(space, w => …), where an id is enough.',
  'write.async': 'Await before the write or after it: its function runs to the end at once.',
  'store.closed': 'Open the store again.',
  'export.interrupted': 'Make the download again; keep only one window of the app open meanwhile.',
  'import.account': 'Sign in as the one whose download it is, or bring it back in another store.',
  'import.damaged': 'Nothing was changed. Use another copy of the download, as it was made: not unpacked and packed again.',
  'import.format': 'Choose the .zip file that “Download everything” made.',
  'import.interrupted': 'Nothing was changed. Keep only one window of the app open, and bring it back once more.',
  'import.schema': 'Nothing was changed. Bring it back in the app that made it; its version is in the manifest.',
  'import.newer': 'Nothing was changed. Load the newest version of the app, then bring the download back.',
  'import.tooLarge': 'Nothing was changed. Choose a download that the app itself made.',
  'store.part': 'What was saved before is safe. It is tried again; at the latest, load the page again when there is a network.',
  'store.worker':
    'Load the page again. While you build the app: look at the file that `worker` names, and at its first error in the console.',
}

const HELP_OF_FAMILY: Readonly<Record<string, string>> = {
  storage: 'Try again; if it goes on, reload the app. What was saved before is safe.',
  value: 'Correct the value and save again.',
  group: 'Give all members of the group that are required.',
  query: 'Correct the query: name fields of the schema, and compare them with values of their type.',
  write: 'Correct the call.',
}

const helpFor = (code: string): string => HELP[code] ?? HELP_OF_FAMILY[familyOf(code)] ?? 'See docs/spec/errors.md for this code.'
