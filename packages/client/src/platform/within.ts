/** Waits for work, but not for ever: some work of a browser, such as that of IndexedDB, may never end. */
export function within(work: Promise<void>, ms: number, setTimer: (run: () => void, delayMs: number) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = setTimer(resolve, ms)
    work.finally(cancel).then(resolve, reject)
  })
}
