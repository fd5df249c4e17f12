/**
 * The tables. Spaces and replicas are numbered, so that keys are short; every key begins with the space. A chunk's number is the space's
 * number, then its last version, so that one tree finds it and keeps the log in order. Pruning the log removes its text but keeps the row
 * for its tag, until that is behind the horizon. `member` is an index of
 * what the records of members say: who has or had which role. `swept` is the last record at the horizon's version that was looked at. `day` has the
 * head of each space at the end of a day. Rows that are small are clustered by their key (WITHOUT ROWID); a record is found by its id and,
 * for pulls, by its version. `gone` keeps an id as its 16 bytes.
 */
export const STORAGE_VERSION = 8

export const TABLES: string = `
  CREATE TABLE hub (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, storage_version INTEGER NOT NULL,
    schema_version INTEGER, salt INTEGER NOT NULL,
    indexed INTEGER NOT NULL DEFAULT 0, noted INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE space (no INTEGER PRIMARY KEY, space TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, head INTEGER NOT NULL,
    hub_stamp INTEGER NOT NULL, log_floor INTEGER NOT NULL, horizon INTEGER NOT NULL, swept INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE member (space INTEGER NOT NULL, account TEXT NOT NULL, standing TEXT NOT NULL,
    PRIMARY KEY (space, account)) STRICT, WITHOUT ROWID;
  CREATE INDEX member_by_account ON member (account);
  CREATE TABLE replica (no INTEGER PRIMARY KEY, replica TEXT NOT NULL UNIQUE, account TEXT NOT NULL) STRICT;
  CREATE TABLE position (space INTEGER NOT NULL, replica INTEGER NOT NULL, last_n INTEGER NOT NULL, hash TEXT NOT NULL,
    PRIMARY KEY (space, replica)) STRICT, WITHOUT ROWID;
  CREATE TABLE verdict (no INTEGER PRIMARY KEY, space INTEGER NOT NULL, intent TEXT NOT NULL, content_hash TEXT NOT NULL,
    attempt INTEGER NOT NULL, replica INTEGER NOT NULL, n INTEGER NOT NULL, link TEXT NOT NULL, version INTEGER NOT NULL, effective_stamp INTEGER NOT NULL,
    hub_stamp INTEGER NOT NULL, unverified INTEGER NOT NULL, code TEXT, message TEXT, field TEXT) STRICT;
  CREATE TABLE intent (key INTEGER PRIMARY KEY, verdict INTEGER NOT NULL) STRICT;
  CREATE TABLE record (no INTEGER PRIMARY KEY, space INTEGER NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
    state TEXT NOT NULL, UNIQUE (space, id, collection)) STRICT;
  CREATE INDEX record_by_version ON record (space, version);
  CREATE TABLE gone (space INTEGER NOT NULL, id BLOB NOT NULL, collection TEXT NOT NULL,
    PRIMARY KEY (space, id, collection)) STRICT, WITHOUT ROWID;
  CREATE TABLE chunk (no INTEGER PRIMARY KEY, first INTEGER NOT NULL, tag TEXT NOT NULL, text TEXT) STRICT;
  CREATE TABLE day (space INTEGER NOT NULL, day INTEGER NOT NULL, head INTEGER NOT NULL, PRIMARY KEY (space, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE history (no INTEGER PRIMARY KEY, space INTEGER NOT NULL, record TEXT NOT NULL, collection TEXT NOT NULL, field TEXT NOT NULL,
    version INTEGER NOT NULL, item TEXT NOT NULL) STRICT;
  CREATE INDEX history_by_field ON history (space, record, collection, field, version);
  CREATE TABLE sealed (space INTEGER NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (space, version)) STRICT;
`
