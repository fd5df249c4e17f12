// Sizes as lines of a table, and a limit that fails the command when it is passed.

export function printSize(words: string, bytes: number): void {
  console.log(`${bytes.toLocaleString('en').padStart(9)}  ${words}`)
}

export function printLimited(words: string, bytes: number, limit: number): void {
  printSize(`${words}, of at most ${limit.toLocaleString('en')}`, bytes)
  if (bytes > limit) process.exitCode = 1
}
