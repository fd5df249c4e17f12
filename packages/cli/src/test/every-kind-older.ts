export { older as app } from './every-kind.ts'
