/**
 * Every kind of fault that can happen in a simulated world, and when it counts as met: only when it changed what became of something that
 * was under way. What cannot happen yet is in later.ts.
 */
export type Fault =
  | 'request dropped'
  | 'answer dropped'
  | 'duplicated'
  | 'reordered'
  | 'delayed'
  | 'bandwidth'
  | 'truncated'
  | 'corrupted'
  | 'partition'
  | 'swizzle-clog'
  | 'captive page'
  | 'stale answer'
  | 'headers stripped'
  | 'dead connection'
  | 'crash'
  | 'kill in transaction'
  | 'freeze'
  | 'thaw'
  | 'evict'
  | 'partial evict'
  | 'quota'
  | 'storage error'
  | 'amnesia'
  | 'clone'
  | 'old copy'
  | 'clock step'
  | 'clock rate'
  | 'restart'
  | 'old backup'
  | 'tombstones collected'
  | 'token expires'
  | 'forge'
  | 'replay'
  | 'equivocate'

export interface FaultKind {
  readonly group: 'net' | 'device' | 'hub' | 'auth' | 'adversary'
  /** When it is counted. */
  readonly counts: string
}

export const FAULTS: Readonly<Record<Fault, FaultKind>> = {
  // The way to the hub and back, for one message.
  'request dropped': { group: 'net', counts: 'a request that the hub never saw' },
  'answer dropped': { group: 'net', counts: 'an answer that the device never saw, of a request that the hub has carried out' },
  duplicated: { group: 'net', counts: 'the hub carried out a request a second time' },
  reordered: { group: 'net', counts: 'a request reached the hub after one that the device sent later' },
  delayed: { group: 'net', counts: 'the device gave up waiting, or did something else meanwhile' },
  bandwidth: { group: 'net', counts: 'a message took seconds longer for its length' },
  truncated: { group: 'net', counts: 'an answer without its end' },
  corrupted: { group: 'net', counts: 'a body of which a byte was lost' },
  partition: { group: 'net', counts: 'a message that one direction, or both, swallowed' },
  'swizzle-clog': { group: 'net', counts: 'a message that waited until its device was unclogged' },
  'captive page': { group: 'net', counts: 'a portal answered in place of the hub' },
  'stale answer': { group: 'net', counts: 'a cache answered with what the hub said to an earlier request' },
  'headers stripped': { group: 'net', counts: 'an answer of the hub without the headers that prove it' },
  'dead connection': { group: 'net', counts: 'a request over a connection to a process that had ended' },
  // The device.
  crash: { group: 'device', counts: 'an exchange was under way, or something was not sent' },
  'kill in transaction': { group: 'device', counts: 'a process ended within a transaction, or right behind a save' },
  freeze: { group: 'device', counts: 'an answer or a timer came while nothing of the device ran' },
  thaw: { group: 'device', counts: 'two or more late things came at once' },
  evict: { group: 'device', counts: 'the store was not empty' },
  'partial evict': { group: 'device', counts: 'the database went and the mirror brought changes back' },
  quota: { group: 'device', counts: 'a transaction was refused' },
  'storage error': { group: 'device', counts: 'a transaction was refused' },
  amnesia: { group: 'device', counts: 'commits that were not flushed were lost with the power' },
  clone: { group: 'device', counts: 'the copy held changes or cursors' },
  'old copy': { group: 'device', counts: 'the device had written or read since the copy' },
  'clock step': { group: 'device', counts: 'a save was stamped by the wrong clock' },
  'clock rate': { group: 'device', counts: 'a save was stamped by the wrong clock' },
  // The hub.
  restart: { group: 'hub', counts: 'a request was under way' },
  'old backup': { group: 'hub', counts: 'the hub lost changes that it had answered' },
  'tombstones collected': { group: 'hub', counts: 'a device was behind what was collected' },
  // Signing in.
  'token expires': { group: 'auth', counts: 'a request was refused for its token' },
  // Somebody else.
  forge: { group: 'adversary', counts: 'the hub refused it' },
  replay: { group: 'adversary', counts: 'the hub answered a request that it had answered before' },
  equivocate: { group: 'adversary', counts: 'the hub refused a second content under one dot' },
}

export const FAULT_NAMES: readonly Fault[] = Object.keys(FAULTS) as Fault[]
