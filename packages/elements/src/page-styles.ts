/** The styles of a page: the frame and heading shared by outbox, review and history. */
import { css, type CSSResult } from 'lit'

export const pageStyles: CSSResult = css`
  :host {
    display: grid;
    gap: 0.75rem;
    align-content: start;
  }
  h2 {
    font-size: 1.5rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.01em;
  }
  h2:focus-visible {
    outline: none;
  }
`
