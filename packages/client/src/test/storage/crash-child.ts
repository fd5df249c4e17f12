// A program that is killed while it writes. Each change has two halves in one transaction. On standard output, at once:
// `c` for a commit that returned, `m` for the middle of a transaction.
import { writeSync } from 'node:fs'
import { nodeStorage } from '../../storage/node.ts'

const [, , directory = '', mode] = process.argv
const db = await nodeStorage({ directory }).open('crash')
db.exec('CREATE TABLE halves (change INTEGER, half TEXT)')
const insert = (change: number, half: string): number => db.prepare('INSERT INTO halves VALUES (?, ?)').run(change, half)

for (let change = 1; ; change++) {
  db.transaction(() => {
    insert(change, 'first')
    if (mode === 'middle' && change === 2) waitInTheMiddle()
    insert(change, 'second')
  })
  writeSync(1, 'c')
}

function waitInTheMiddle(): void {
  writeSync(1, 'm')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
