/** The page in a download for a person who opens it, perhaps years later and without the app. */
import type { SnapshotHead } from '../engine/export/port.ts'

export const readmeOf = ({ takenAt, account, schema }: SnapshotHead): string => `\
This is everything that an app kept on one device, taken on ${new Date(takenAt).toISOString()}
${account === null ? 'before anybody had signed in there' : `for the account ${account}`}. The app stored it with Tombolo (schema version ${schema.version}).

To get it back into the app, give this whole file to it as it is: it need not be
unpacked, and the network is not needed.

To read it without the app, unpack it. Everything is plain text (UTF-8). Files whose
names end in .ndjson hold one JSON object on each line; any text editor shows them, and
most tools for data read them.

  manifest.json               what this is, what the fields mean, and the length and SHA-256 of each file
  records/NAME.ndjson         the records of one collection; "values" is what the app showed
  records/$space.ndjson       the names of the projects (spaces) that the records belong to
  outbox.ndjson               what was not at the server yet; what the server had refused says why in "refused"
  retained.ndjson             what this device had sent lately, with the server's receipts
  history.ndjson              earlier values of fields, with who wrote them and when
  spaces.ndjson               how far the device had each space
  records-of-newer-apps.ndjson  records that this version of the app could not show
  files/                      attachments (none in this version of the format)

In a record, "deleted": true means that somebody had deleted it, and "conflicts" lists
values between which nobody had decided. Times are ISO 8601 in UTC. "confirmed", "write"
and "content" are for programs.
`
