/** The styles of the outbox: refused changes have a mark and a thicker border, not only a colour. */
import { css, type CSSResult } from 'lit'

export const outboxStyles: CSSResult = css`
  h3 {
    margin-block: 0.5rem;
    color: var(--_muted);
    font-size: 0.9375rem;
    font-weight: 600;
  }
  .card.failed {
    border-color: color-mix(in oklab, var(--_notice) 45%, var(--_notice-surface));
    border-inline-start-width: 5px;
  }
  .failed summary .icon.attention {
    color: var(--_notice);
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
    padding-inline-start: calc(0.9rem + 1.25em + 0.75rem);
  }
  .writes {
    gap: 0;
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
  .on-its-way {
    grid-column: 1 / -1;
  }
  code {
    font-size: 0.95em;
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
