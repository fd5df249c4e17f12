/** Addresses of scripts, marked as this app's own where the browser asks for that (Trusted Types). */
interface Policy {
  readonly createScriptURL: (url: string) => unknown
}

interface PolicyFactory {
  readonly createPolicy: (name: string, rules: { readonly createScriptURL: (url: string) => string }) => Policy
}

const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes
const policy = factory?.createPolicy('field-notes', { createScriptURL: ownOnly })

/** @throws TypeError for a script of another origin. */
function ownOnly(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`${url} is not a script of this app`)
  return url
}

export const scriptUrl = (url: string): string => (policy?.createScriptURL(url) ?? ownOnly(url)) as string
