/** Kinds of faults that the product has no place for yet, each with what it waits for. When that is built, the kind moves to faults.ts. */
export const LATER: Readonly<Record<string, string>> = {
  'closed-tab worker killed': 'nothing is sent while every tab is closed',
  'rolling deploy': 'one hub process has the database',
  'version mix': 'one hub process has the database',
  failover: 'SQLite has no replica to fail over to',
  'slow query': 'SQLite answers within the turn',
  deadlock: 'one writer at a time',
  'commit unknown': 'the database is in the process: a commit has happened or not',
  'admission shed': 'the hub has no gate that sheds pulls before pushes',
  'access revoked': 'the people of a world each have spaces of their own',
  'role changed': 'a space has one reader, its owner',
  'key rotated': 'the hub has one key',
  'account switched': 'a store belongs to one account',
  flood: 'quotas are tested against real sockets',
  'cross-tenant': 'a hub has one tenant',
}
