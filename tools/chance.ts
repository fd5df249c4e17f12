/**
 * Set up before each test file: random properties take the same histories in each `npm test`, so that it is green or red by the code alone.
 * `npm run nightly` takes others each night: TOMBOLO_SEED.
 */
import fc from 'fast-check'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['TOMBOLO_SEED'] ?? 1) })
