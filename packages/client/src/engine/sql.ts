/** Names and texts within SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
