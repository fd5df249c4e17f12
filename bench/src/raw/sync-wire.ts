/** What the hand-made sync says over its sockets: batches of notes, and that they are kept. */
export interface Change {
  readonly seq: number
  readonly id: string
  /** The clock that guards the row. */
  readonly h: number
  readonly body: string
}

export type Frame = { readonly type: 'changes'; readonly changes: readonly Change[] } | { readonly type: 'kept'; readonly seq: number }
