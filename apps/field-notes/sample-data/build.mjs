// Builds what the app loads as its sample, from the files of the Portal Project beside this script:
//
//   node sample-data/build.mjs   →   portal-ants.json.gz
//
// Nothing is made up: a blank stays a blank. Coordinates are converted once, here, so that the app needs no projections.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import papaparse from 'papaparse'
import proj4 from 'proj4'

const UTM_12_NORTH = '+proj=utm +zone=12 +datum=WGS84 +units=m +no_defs'
/** A centimetre: the survey was not better. */
const DEGREE_DIGITS = 7

/** @param {string} name */
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * @param {string} name
 * @returns {Record<string, string>[]}
 */
function readTable(name) {
  const bytes = readFileSync(pathOf(name))
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return papaparse.parse(text, { header: true, skipEmptyLines: true }).data
}

/** `plot-stake` → [latitude, longitude]. @returns {Record<string, [number, number]>} */
function stakePlaces() {
  const points = readTable('portal-utm-coords.csv.gz')
  const stakes = points.filter((point) => point['type'] === 'stake')
  const quadrats = new Map(points.filter((point) => point['type'] === 'quadrat').map((point) => [keyOf(point), point]))
  /** @type {Map<string, Record<string, string>>} */
  const chosen = new Map()
  for (const stake of stakes) {
    const key = keyOf(stake)
    const other = chosen.get(key)
    chosen.set(key, other === undefined ? stake : nearest([other, stake], quadrats.get(key)))
  }
  return Object.fromEntries([...chosen].map(([key, stake]) => [key, degreesOf(stake)]))
}

/** @param {Record<string, string>} point */
const keyOf = (point) => `${point['plot']}-${point['number']}`

/**
 * Plot 1 has two stakes 55. A quadrat lies a metre south of the stake of its number, which tells which of them is meant.
 * @param {Record<string, string>[]} stakes
 * @param {Record<string, string> | undefined} quadrat
 */
function nearest(stakes, quadrat) {
  if (quadrat === undefined) throw new Error('two stakes of one number, and no quadrat to tell them apart')
  const distance = (stake) => Math.hypot(stake['east'] - quadrat['east'], stake['north'] - quadrat['north'])
  return stakes.toSorted((a, b) => distance(a) - distance(b))[0]
}

/**
 * @param {Record<string, string>} point
 * @returns {[number, number]}
 */
function degreesOf({ east, north }) {
  const [lon, lat] = proj4(UTM_12_NORTH, 'WGS84', [Number(east), Number(north)])
  return [Number(lat.toFixed(DEGREE_DIGITS)), Number(lon.toFixed(DEGREE_DIGITS))]
}

/** One code has no name of its own but in its remark: "Pheidole yellow". */
const REMARKED = { 'phei yell': 'sp. (yellow)' }
const species = Object.fromEntries(
  readTable('portal-ant-species.csv').map(({ speciescode: code, genus, species: name }) => [code, [genus, REMARKED[code] ?? name]]),
)
const flags = Object.fromEntries(readTable('portal-ant-dataflags.csv').map((row) => [row['flag'], row['meaning']]))
const counts = gunzipSync(readFileSync(pathOf('portal-ant-colony.csv.gz'))).toString('utf8')
const sample = gzipSync(JSON.stringify({ species, flags, places: stakePlaces(), counts }), { level: 9 })
writeFileSync(pathOf('portal-ants.json.gz'), sample)
console.log(`portal-ants.json.gz: ${sample.length} bytes`)
