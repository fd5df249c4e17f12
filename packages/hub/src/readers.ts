/** Who may read a space: everybody with a role in it. An account that never had one is told that there is no such space. */
import type { Role, Standing } from '@tombolo/core'

export const mayRead = (standing: Standing | null): standing is Role => standing !== null && standing !== 'none'
