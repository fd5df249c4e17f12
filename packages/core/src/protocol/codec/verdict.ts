/**
 * Verdicts: the hub's answer to one change. A number in the third place is the version at which it was applied, a text the code for
 * which it was refused.
 *
 *   applied   [intent, content hash, version, effective stamp, hub stamp, mac, attempt?, duplicate of?, unverified?]
 *   rejected  [intent, content hash, code, message, field?, attempt?, duplicate of?]
 *   duplicate of   [replica, n]
 */
import type { Receipt } from '../../change.ts'
import { intentOfName, nameOf } from '../../ids.ts'
import type { Verdict } from '../messages.ts'
import { isLeftOut, type Reader } from './reader.ts'
import { trimmed, type Tuple, type Wire } from './wire.ts'
import { writeFlag, type Writer } from './writer.ts'

export const writeVerdicts = (verdicts: readonly Verdict[], writer: Writer): Wire =>
  verdicts.map((verdict) => {
    const subject = [intentOfName(verdict.name), verdict.contentHash]
    return verdict.type === 'applied'
      ? trimmed([...subject, ...writeApplied(verdict, writer)], 6)
      : trimmed([...subject, verdict.code, verdict.message, verdict.field ?? null, verdict.attempt, writeDuplicate(verdict, writer)], 4)
  })

function writeApplied(verdict: Extract<Verdict, { type: 'applied' }>, writer: Writer): readonly Wire[] {
  const { effectiveStamp, hubStamp, mac, unverified } = verdict.receipt
  const times = [writer.version(verdict.version), writer.stamp(effectiveStamp), writer.hubStamp(hubStamp, effectiveStamp)]
  return [...times, mac, verdict.attempt, writeDuplicate(verdict, writer), writeFlag(unverified ?? false)]
}

const writeDuplicate = ({ duplicateOf }: Verdict, writer: Writer): Wire =>
  duplicateOf === undefined ? null : [writer.replica(duplicateOf.replica), duplicateOf.n]

export const readVerdicts = (reader: Reader, tuple: Tuple, at: number): readonly Verdict[] =>
  reader.each(tuple, at, (item) => (typeof item[2] === 'string' ? readRejected(reader, item) : readApplied(reader, item)))

function readApplied(reader: Reader, tuple: Tuple): Verdict {
  const subject = readSubject(reader, tuple)
  const version = reader.version(tuple, 2)
  return { ...subject, ...readEnvelope(reader, tuple, 6), type: 'applied', version, receipt: readReceipt(reader, tuple) }
}

function readReceipt(reader: Reader, tuple: Tuple): Receipt {
  const effectiveStamp = reader.stamp(tuple, 3)
  const receipt = { effectiveStamp, hubStamp: reader.hubStamp(tuple, 4, effectiveStamp), mac: reader.hash128(tuple, 5) }
  return reader.flag(tuple, 8) ? { ...receipt, unverified: true } : receipt
}

function readRejected(reader: Reader, tuple: Tuple): Verdict {
  const subject = readSubject(reader, tuple)
  const code = reader.text(tuple, 2)
  const message = reader.text(tuple, 3)
  const field = reader.optionalText(tuple, 4)
  return { ...subject, ...readEnvelope(reader, tuple, 5), type: 'rejected', code, message, ...(field === null ? {} : { field }) }
}

function readSubject(reader: Reader, tuple: Tuple): Pick<Verdict, 'name' | 'contentHash'> {
  const contentHash = reader.contentHash(tuple, 1)
  return { name: nameOf(reader.intent(tuple, 0), contentHash), contentHash }
}

function readEnvelope(reader: Reader, tuple: Tuple, at: number): Pick<Verdict, 'attempt' | 'duplicateOf'> {
  const attempt = reader.optionalInteger(tuple, at, 0)
  if (isLeftOut(tuple[at + 1])) return { attempt }
  const duplicateOf = reader.within(tuple, at + 1, (inner) => ({ replica: reader.replica(inner, 0), n: reader.integer(inner, 1, 1) }))
  return { attempt, duplicateOf }
}
