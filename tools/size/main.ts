// `npm run size`, after `npm run build`: what the client adds to an app. Fails when it has grown; the goal is 45,000.
import { clientSize } from './client.ts'
import { printLimited, printSize } from './print.ts'

const LIMIT = 106_600

const { page, worker, sync, yjs, checks, seldom, zip } = await clientSize()
printSize('page', page)
printSize('store worker', worker)
printSize('sync, when the store is open', sync)
printLimited('the client', page + worker + sync, LIMIT)
printSize('yjs, when a text is edited in place', yjs)
printSize('comparing records, once a day', checks)
printSize('what is seldom needed: lists, repair, upgrades, downloads, rescue', seldom)
printSize('zip, when everything is downloaded or brought back', zip)
