/**
 * Turns a person's words into an FTS5 expression: every word must occur, the last one as a prefix, because it may be incomplete. Each word
 * is quoted, so that typed text is never an operator.
 */

/** The expression; null if there is no word, so that the query is not a search and finds everything. */
export function matchOf(words: string): string | null {
  const list = words.split(/\s+/u).filter((word) => HAS_TOKEN.test(word))
  return list.length === 0 ? null : `${list.map(quoted).join(' ')}*`
}

/** Whether a word has a letter or digit. FTS5 has no token for others, so a dash alone would match nothing. */
const HAS_TOKEN = /[\p{L}\p{N}\p{Co}]/u

const quoted = (word: string): string => `"${word.replaceAll('\0', '').replaceAll('"', '""')}"`
