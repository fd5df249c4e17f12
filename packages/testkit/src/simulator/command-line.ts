/** What the commands of this package share. */

/** What was asked for. What is wrong with it is told in words, and ends the command. */
export function readCommandLine<T>(read: (args: readonly string[]) => T): T {
  try {
    return read(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(2)
  }
}
