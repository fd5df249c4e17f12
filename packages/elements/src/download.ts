/** Gives a person a file to keep: the browser's own download, which asks or stores as it is set to. */
export function download(fileName: string, text: string, type = 'application/json'): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The download has the bytes by then; browsers ask for a moment.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
