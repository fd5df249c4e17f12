/** All elements at once, for pages that do not want a second file to be loaded, and for tests. */
export * from './index.ts'
export * from './rest.ts'
