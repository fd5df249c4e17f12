/** Sign-in at the hub of a torture, which nobody else reaches: whoever knows the secret is whom they say they are. */
const SECRET = 'a-secret-of-this-torture.'

export const tokenOf = (account: string): string => SECRET + account

/** The account of a token; null if it is none. */
export const accountOf = (token: string | null): string | null => (token?.startsWith(SECRET) === true ? token.slice(SECRET.length) : null)
