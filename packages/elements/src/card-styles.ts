/** A card of a list that opens: the outbox and the review share its look. */
import { css, type CSSResult } from 'lit'

export const cardStyles: CSSResult = css`
  ul {
    display: grid;
    gap: 0.5rem;
  }
  .card {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }
  summary {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-block-size: 56px;
    padding: 0.6rem 0.9rem;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary:hover {
    background: var(--_raised);
  }
  summary:focus-visible {
    outline-offset: -3px;
    border-radius: var(--_radius);
  }
  summary .icon {
    color: var(--_muted);
  }
  summary .icon.open {
    transition: transform 120ms;
  }
  details[open] summary .icon.open,
  details[open] summary .icon.open:dir(rtl) {
    transform: rotate(90deg);
  }
  .what {
    flex: 1;
    display: grid;
    min-inline-size: 0;
  }
  .title {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .detail {
    display: grid;
    gap: 0.6rem;
    padding: 0 0.9rem 0.9rem;
  }
`
