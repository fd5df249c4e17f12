/** Ends this process when the one that started it is gone, however it went: nothing of a torture outlives it. */
export function endWithParent(): void {
  process.stdin.on('end', () => process.exit(1))
  process.stdin.resume()
}
