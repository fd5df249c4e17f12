/** Why a list of notes is empty: a device that has not heard of the hub, or has not loaded all, must not say that nothing was written. */
import type { StoreStatus } from '@tombolo/client'

export interface Absence {
  readonly title: string | null
  readonly text: string
  readonly offer: 'show-all' | 'sample' | null
}

export interface Asked {
  /** Searched or filtered. */
  readonly isNarrowed: boolean
  /** One project of several. */
  readonly inProject: boolean
}

const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 })

/** Null as long as nobody can say: the store is being opened, or the hub has been asked and may answer at once. */
export function absenceOf(status: StoreStatus | undefined, { isNarrowed, inProject }: Asked): Absence | null {
  if (status === undefined) return null
  const { loading, epoch, connection } = status
  if (loading !== null) return { title: 'Your notes are on their way', text: `${share.format(loading)} is here.`, offer: null }
  if (isNarrowed) return { title: null, text: 'No note is like that.', offer: 'show-all' }
  if (epoch === null && connection === 'connecting') return null
  if (epoch === null) {
    return {
      title: 'Nothing on this device yet',
      text: 'It has not reached the hub so far. Notes from your other devices come when it does; what you write is saved here at once.',
      offer: 'sample',
    }
  }
  return {
    title: inProject ? 'Nothing in this project yet' : 'Nothing written yet',
    text: 'Begin with New note. What you write is saved on this device at once, with or without a signal.',
    offer: 'sample',
  }
}
