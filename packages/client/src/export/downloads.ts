/** What a download takes on the page, with its zip library; loaded when one is made or brought back. */
export { readZip } from './read-zip.ts'
export { writeZip } from './write-zip.ts'
