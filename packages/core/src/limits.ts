/**
 * The size limits of the data model and the protocol, each with its unit and reason. A device checks them when a person saves and the hub
 * when the change arrives [P5], so the hub never finds too large what a device accepted.
 */

/** 31 December 2199: the last millisecond a stamp can hold. */
export const MS_MAX: number = 7_258_118_399_999
/** A device clock this far ahead is still believed: round trips and small drift are no mistake [C2]. */
export const STAMP_AHEAD_MAX_MS: number = 60_000
/** Operations in one change, each record counting as one more: an import of a whole data sheet is one intent. */
export const CHANGE_OPERATIONS_MAX: number = 100_000
/** Canonical content of one change in UTF-8 bytes: about what 50,000 operations of an ordinary form need. */
export const CHANGE_BYTES_MAX: number = 16 * 1024 * 1024
/** One value in UTF-8 bytes of canonical JSON: a long note, not a file. */
export const VALUE_BYTES_MAX: number = 1024 * 1024
/** Nesting of a JSON value. */
export const VALUE_DEPTH_MAX: number = 32
/** Elements of one set. */
export const SET_ELEMENTS_MAX: number = 10_000
/** Names that one write hands on from the `over` of the entries that it supersedes: see merge/over.ts. */
export const OVER_HANDED_ON_MAX: number = 32
/** The author's own unconfirmed and failed writes that one write names, and as many names from their `over`: see merge/over.ts. */
export const OVER_OWN_MAX: number = 64
/** Names that one `over` may hold: entries seen, own unconfirmed and failed writes, and names handed on. */
export const OVER_MAX: number = 1024
/** Length of names of collections and fields in characters. */
export const IDENTIFIER_LENGTH_MAX: number = 64
/** Length of a change's label in characters: one line on a screen. */
export const LABEL_LENGTH_MAX: number = 200
/** One push: decompressed bytes. Twice the largest change, so that one always fits. */
export const PUSH_BYTES_MAX: number = 2 * CHANGE_BYTES_MAX
/** Changes in one push. */
export const PUSH_CHANGES_MAX: number = 1000
/** Nesting of any message body. */
export const MESSAGE_DEPTH_MAX: number = VALUE_DEPTH_MAX + 12
/** Intents that one pull may ask verdicts for. */
export const PULL_WAITING_MAX: number = 5000
/** Bytes of one page of a pull: memory on both sides is bounded by it [Q2]. */
export const PAGE_BYTES_MAX: number = 1024 * 1024
/** A change is sealed after this long without input [P1]. */
export const SEAL_AFTER_MS: number = 2000
/** Hub faults on one change before the device sends it with `park` [P3]. */
export const PARK_AFTER_FAULTS: number = 5
/** Length of an epoch in characters: a hub names its history as it likes. */
export const EPOCH_LENGTH_MAX: number = 64
/** Length of a cursor in characters: a cursor is opaque to the device, and the hub must check it. */
export const CURSOR_LENGTH_MAX: number = 2048
/** Length of a request's id in characters. */
export const REQUEST_ID_LENGTH_MAX: number = 64
/** Spaces that one long poll may wait for. */
export const POLL_SPACES_MAX: number = 10_000
