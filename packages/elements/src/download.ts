/** Offers a file to a person by the browser's download. */
export function download(fileName: string, content: BlobPart, type = 'application/json'): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // Browsers read the bytes a moment later, so the URL stays valid for a while.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
