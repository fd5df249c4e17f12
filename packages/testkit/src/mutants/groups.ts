/**
 * How systems that sync have failed before, by where: on the device (L), between device and hub (N), in what data means (S). Each group has
 * at least one mutant, or a reason why a simulated world cannot tell.
 */
export const GROUPS = {
  L1: 'a local write is torn',
  L2: 'a loss of power takes back what was confirmed',
  L3: 'the device is full',
  L4: 'the storage was evicted',
  L5: 'two tabs',
  L6: 'a leading tab is frozen or killed',
  L7: 'a queue drops items',
  L8: 'a failed upload is not tried again',
  N1: 'an answer is lost, a push comes twice',
  N2: 'a push with a hole, or in another order',
  N3: 'the hub restarts in the middle',
  N4: 'the hub is restored from a backup',
  N5: 'a device is restored or copied',
  N6: 'a clock is ahead',
  N7: 'a clock goes back',
  N8: 'somebody else answers in place of the hub',
  N9: 'slow clients',
  N10: 'messages are truncated or malformed',
  N11: 'compression bombs',
  N12: 'nesting and number bombs',
  N13: 'documents are too large',
  N14: 'everyone comes back at once',
  N15: 'one busy space',
  N16: 'versions have gaps or stand out of order',
  N17: 'data changes between pages',
  N18: 'deletions are forgotten while a device is away',
  S1: 'old changes meet a new schema',
  S2: 'a poisonous change stands in front',
  S3: 'a change is refused',
  S4: 'access is revoked offline',
  S5: 'a token expires offline',
  S6: 'a conflict is decided twice',
  S7: 'cycles and uniqueness',
  S8: 'delete against edit',
  S9: 'a file is half uploaded',
  S10: 'replicas differ and nobody notices',
  S11: 'a client that lies',
} as const

export type Group = keyof typeof GROUPS

/** Groups without a mutant. */
export const ELSEWHERE: Readonly<Partial<Record<Group, string>>> = {
  N9: 'real sockets and real time; the tests of hub/src/node judge it',
  N10: 'the fuzz targets of messages judge it; what a simulated network spoils is no JSON any more',
  N11: 'the fuzz target of bodies and the tests of http-body judge it',
  N12: 'the fuzz targets judge it',
  N15: 'a matter of throughput, which virtual time does not have; bench judges it',
  S4: 'a space has one reader, its owner',
  S7: 'there are no trees and no unique fields yet',
  S9: 'there are no files yet',
}
