/** All elements in one file, for pages that should not load a second one, and for tests. */
export * from './index.ts'
export * from './rest.ts'
