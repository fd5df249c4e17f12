/**
 * Messages between a page and its store worker beside the port: the page introduces itself first, then sends facts that only a page knows;
 * the worker may ask it for a token.
 */
import type { SchemaIdentity } from '@tombolo/core'
import type { Hint } from '../sync/connectivity.ts'
import type { WireError } from './channel.ts'

export type PageMessage =
  | {
      readonly type: 'hello'
      readonly protocol: number
      /** The name of a lock that the worker holds as long as it lives, so that the page notices when it is gone. */
      readonly lifeLock: string
      /** The store's name; each name is a separate database. */
      readonly name: string
      /** An absolute address, or null: this store stays on the device. */
      readonly hub: string | null
      readonly schema: SchemaIdentity
      /** Whether the page can be asked for a token. */
      readonly givesToken: boolean
      /** The port of the engine. */
      readonly port: MessagePort
    }
  | { readonly type: 'looked'; readonly isVisible: boolean }
  /** The battery and other conditions that browsers report to pages only. */
  | { readonly type: 'hint'; readonly hint: Hint }
  /** The page leaves; it may return from the browser's cache. */
  | { readonly type: 'left' }
  | { readonly type: 'returned' }
  | { readonly type: 'token'; readonly id: number; readonly token: string | null }
  /** Is answered at once by a worker whose thread does not hang. */
  | { readonly type: 'ping' }

export type Hello = Extract<PageMessage, { type: 'hello' }>

export type WorkerMessage =
  /** The life lock is held. */
  | { readonly type: 'alive' }
  /** `refused`: the token that the hub has just refused. */
  | { readonly type: 'askToken'; readonly id: number; readonly refused: string | null }
  | { readonly type: 'pong' }

const nameOf = ({ version, fingerprint }: SchemaIdentity): string => `version ${version} (${fingerprint})`

export const isSameSchema = (a: SchemaIdentity, b: SchemaIdentity): boolean => a.version === b.version && a.fingerprint === b.fingerprint

export const workerFailure = (message: string | undefined): WireError => ({
  name: 'WorkerFailed',
  code: 'store.worker',
  message: `The store worker failed${message === undefined ? ': its file could not be loaded.' : `: ${message}`}`,
})

/** The page was not served securely, so it has no locks. Without locks two tabs could each open their own database. */
export const INSECURE: WireError = {
  name: 'StorageFailed',
  code: 'storage.unavailable',
  message: 'This browser gives pages no locks: serve the app over HTTPS, or from localhost.',
}

export const workerMismatch = (page: SchemaIdentity, worker: SchemaIdentity, file: string): WireError => ({
  name: 'SchemaMismatch',
  code: 'schema.mismatch',
  message: `The page has schema ${nameOf(page)}, its store worker has ${nameOf(worker)}. Build the worker's file anew: ${file}`,
})

export const tabMismatch = (own: SchemaIdentity, leader: SchemaIdentity): WireError => ({
  name: 'SchemaMismatch',
  code: 'schema.mismatch',
  message: `This tab has schema ${nameOf(own)}, another open tab of this app has ${nameOf(leader)}. Close or reload that tab, then reload this one.`,
})
