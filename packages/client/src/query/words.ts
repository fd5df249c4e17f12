/**
 * A person's words as an FTS5 expression: every word must be there, the last one as a beginning, for it may not be typed to its end.
 * Each word is quoted, so that nothing a person types is an operator.
 */

/** Null where there is no word in it: then nothing is searched for, and everything is found. */
export function matchOf(words: string): string | null {
  const list = words.split(/\s+/u).filter((word) => HAS_TOKEN.test(word))
  return list.length === 0 ? null : `${list.map(quoted).join(' ')}*`
}

/** FTS5 makes words of letters and digits; a dash on its own would match nothing. */
const HAS_TOKEN = /[\p{L}\p{N}\p{Co}]/u

const quoted = (word: string): string => `"${word.replaceAll('\0', '').replaceAll('"', '""')}"`
