/** What an invitation takes on the page; loaded when somebody invites or joins. */
export { invitationCode, mintSecret, readInvitation } from '@tombolo/core'
