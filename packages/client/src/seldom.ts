/**
 * What a store seldom needs, loaded when any of it is needed (load-seldom.ts): the lists that a person looks into and the ways out of
 * `failed`, deciding who is in a space, upgrades, downloads, rescue. One part and not five, because a bundler puts what several parts share into files of their
 * own, and every store would load those.
 */
export { Describer } from './engine/describe.ts'
export { downloadsOf } from './engine/export/downloads.ts'
export { Membership } from './engine/membership.ts'
export { Repair } from './engine/repair.ts'
export { editsText, restore } from './engine/restore.ts'
export { upgradeStore } from './engine/upgrade.ts'
export { readItems } from './tabs/read-items.ts'
export { isWhole, rebuildStore } from './tabs/rebuild-store.ts'
