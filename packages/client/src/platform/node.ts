/** Hashing and random bytes of Node. */
import { hash, randomBytes } from 'node:crypto'
import { first128, type Hash, type RandomBytes } from '@tombolo/core'
import { pooled } from './pooled.ts'

export const sha256: Hash = Object.assign((bytes: Uint8Array) => hash('sha256', bytes, 'buffer'), {
  ofText: (text: string) => first128(hash('sha256', text, 'base64url')),
})

export const random: RandomBytes = pooled(randomBytes)
