/**
 * A self-signed certificate for this machine's addresses on the local network: browsers give an app storage only over TLS, and no authority
 * signs for 192.168.1.7. The person confirms it once on each device.
 */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'

export interface Certificate {
  readonly key: string
  readonly cert: string
  /** SHA-256, as browsers show it. */
  readonly fingerprint: string
}

const DAYS = 365
const DAY_MS = 86_400_000

/** The certificate in the data directory; a new one if there is none, it expires soon, or it is for other addresses. */
export async function certificateFor(addresses: readonly string[], directory: string, nowMs: number): Promise<Certificate> {
  const [keyPath, certPath] = [join(directory, 'lan.key.pem'), join(directory, 'lan.cert.pem')]
  if (!existsSync(keyPath) || !existsSync(certPath) || !serves(readFileSync(certPath, 'utf8'), addresses, nowMs)) {
    const made = await make(addresses, nowMs)
    writeFileSync(keyPath, made.private, { mode: 0o600 })
    writeFileSync(certPath, made.cert)
  }
  const cert = readFileSync(certPath, 'utf8')
  return { key: readFileSync(keyPath, 'utf8'), cert, fingerprint: new X509Certificate(cert).fingerprint256 }
}

function serves(pem: string, addresses: readonly string[], nowMs: number): boolean {
  const certificate = new X509Certificate(pem)
  return Date.parse(certificate.validTo) > nowMs + DAY_MS && addresses.every((address) => certificate.checkIP(address) !== undefined)
}

function make(addresses: readonly string[], nowMs: number): ReturnType<typeof generate> {
  return generate([{ name: 'commonName', value: 'Tombolo on this network' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: addresses.map((ip) => ({ type: 7, ip })) },
    ],
  })
}
