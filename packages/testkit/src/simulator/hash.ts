/** SHA-256 by Node, as devices on Node have it. */
import { hash } from 'node:crypto'
import { first128, type Hash } from '@tombolo/core'

export const sha256: Hash = Object.assign((bytes: Uint8Array) => hash('sha256', bytes, 'buffer'), {
  ofText: (text: string) => first128(hash('sha256', text, 'base64url')),
})
