/**
 * `--lan`: the same hub and app for phones on the local network, through a separate door. It has TLS and its own sign-in: a one-time link,
 * shown as a QR code, adds a phone to the same account. The token of --dev never leaves this machine.
 */
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type Devices, enrolDevices, type Gate, type Hub, JOIN_PATH, joinPages } from '@tombolo/hub'
import { environment, serve, type Serving } from '@tombolo/hub/node'
import { renderUnicodeCompact } from 'uqr'
import { CliError } from '../cli-error.ts'
import { certificateFor } from './certificate.ts'
import { readDevices, writeDevices } from './device-file.ts'

export interface LanOptions {
  readonly hub: Hub
  readonly account: string
  readonly files: ((request: Request) => Promise<Response>) | null
  readonly data: string
  /** 0 picks a free port. */
  readonly port: number
  readonly say: (text: string) => void
}

export async function serveLan({ hub, account, files, data, port, say }: LanOptions): Promise<Serving> {
  const addresses = lanAddresses()
  const [first] = addresses
  if (first === undefined) throw new CliError('cli.noNetwork', 'this machine is in no local network, so no phone could reach it')
  const tls = await certificateFor(addresses, data, environment.clock())
  const devices = enrol(account, join(data, 'devices.json'))
  const gate = { allowedHosts: new Set<string>(), allowedOrigins: new Set<string>() }
  const invite = (): void => say(invitation(`https://${first}:${serving.port}${JOIN_PATH}${devices.invite()}`, tls.fingerprint))
  const elsewhere = joinPages({ gate, devices, files, joined: invite })
  const serving = await serve({ hub, host: '0.0.0.0', port, tls, elsewhere, door: { gate, auth: devices.authenticate } })
  for (const address of addresses) allow(gate, `${address}:${serving.port}`)
  invite()
  return serving
}

/** IPv4, because that is what people can read off a screen. */
function lanAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address)
}

function enrol(account: string, path: string): Devices {
  const { random, clock } = environment
  return enrolDevices({ account, random, clock, known: readDevices(path), remember: (hashes) => writeDevices(path, hashes) })
}

function allow(gate: Gate & { readonly allowedHosts: Set<string>; readonly allowedOrigins: Set<string> }, host: string): void {
  gate.allowedHosts.add(host)
  gate.allowedOrigins.add(`https://${host}`)
}

const invitation = (link: string, fingerprint: string): string =>
  [
    renderUnicodeCompact(link),
    `Scan this with a phone in the same network, or open ${link}`,
    'It signs one device in, once, within ten minutes. The phone will warn that it does not know this machine;',
    `compare the fingerprint of the certificate, if you like: ${fingerprint}`,
  ].join('\n')
