/** Sign in to the hub of a torture, which nobody else reaches. */
export const TOKEN = 'a-token-of-this-torture'
/** Of another account. */
export const OTHER_TOKEN = 'a-token-of-somebody-else'
