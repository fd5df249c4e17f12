/** Places in the repository; the same from the sources and from the instrumented bundle (build.ts), which lies as deep. */
import { fileURLToPath } from 'node:url'

export const REPOSITORY: string = fileURLToPath(new URL('../../', import.meta.url))
export const CORPUS: string = fileURLToPath(new URL('../corpus/', import.meta.url))
