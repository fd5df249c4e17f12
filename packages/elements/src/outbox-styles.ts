/** How the outbox looks: cards in a list, the refused ones with a mark and a border that is not colour alone. */
import { css, type CSSResult } from 'lit'

export const outboxStyles: CSSResult = css`
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
  h3 {
    margin-block: 0.5rem;
    color: var(--_muted);
    font-size: 0.9375rem;
    font-weight: 600;
  }
  section > ul {
    display: grid;
    gap: 0.5rem;
  }
  .card {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }
  .card.failed {
    border-color: color-mix(in oklab, var(--_notice) 45%, var(--_notice-surface));
    border-inline-start-width: 5px;
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
  summary .icon:first-child {
    color: var(--_muted);
  }
  .failed summary .icon:first-child {
    color: var(--_notice);
  }
  summary .icon.open {
    color: var(--_muted);
    transition: transform 120ms;
  }
  details[open] summary .icon.open {
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
  .why {
    color: var(--_muted);
    font-size: 0.9375em;
    overflow-wrap: anywhere;
  }
  .failed .why {
    color: var(--_notice);
  }
  .detail {
    display: grid;
    gap: 0.5rem;
    padding: 0 0.9rem 0.9rem;
    padding-inline-start: calc(0.9rem + 1.25em + 0.75rem);
  }
  .writes {
    padding: 0.5rem 0.8rem;
    border-radius: calc(var(--_radius) - 4px);
    background: var(--_raised);
    overflow-wrap: anywhere;
  }
  .actions {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(7rem, max-content));
    gap: 0.5rem;
    margin-block-start: 0.25rem;
  }
  .actions .button {
    padding-inline: 0.9em;
  }
  .on-its-way {
    grid-column: 1 / -1;
  }
  code {
    font-size: 0.95em;
  }
  .empty {
    padding: 1.5rem;
    border: 1px dashed var(--_line);
    border-radius: var(--_radius);
    color: var(--_muted);
    text-align: center;
  }
  @media (max-width: 480px) {
    .detail {
      padding-inline-start: 0.9rem;
    }
    .actions {
      grid-template-columns: 1fr 1fr;
    }
  }
`
