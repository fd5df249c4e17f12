/** The styles of the sheet: from below on a phone, a panel under its button if there is room. */
import { css, type CSSResult } from 'lit'

export const sheetStyles: CSSResult = css`
  dialog {
    inline-size: 100%;
    max-inline-size: 100%;
    max-block-size: 88dvh;
    margin: auto 0 0;
    padding: 0;
    border: 1px solid var(--_line);
    border-block-end: 0;
    border-radius: calc(var(--_radius) + 8px) calc(var(--_radius) + 8px) 0 0;
    background: var(--_surface);
    color: var(--_ink);
    font-size: 1rem;
    font-weight: 400;
    letter-spacing: normal;
    text-align: start;
    white-space: normal;
    overflow: auto;
    overscroll-behavior: contain;
    box-shadow: 0 0 40px rgb(0 20 30 / 0.25);
    animation: rise 180ms cubic-bezier(0.2, 0.8, 0.2, 1);
  }
  dialog::backdrop {
    background: rgb(8 24 30 / 0.45);
    animation: appear 180ms;
  }
  @keyframes rise {
    from {
      transform: translateY(24px);
      opacity: 0;
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .head {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: 0.5rem 0.5rem 0 1.25rem;
    padding-inline: 1.25rem 0.5rem;
    background: var(--_surface);
  }
  .head .button.plain:first-child {
    margin-inline-start: -1.1em;
    padding-inline-start: 0.8em;
  }
  .head .name {
    color: var(--_muted);
    font-weight: 600;
  }
  .icon-only {
    padding: 0;
    color: var(--_muted);
  }
  .body {
    display: grid;
    gap: 0.75rem;
    padding: 0 1.25rem calc(1.5rem + env(safe-area-inset-bottom));
  }
  h2 {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    font-size: 1.5rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.01em;
  }
  h2:focus-visible {
    outline: none;
  }
  h2 .icon {
    color: var(--_muted);
  }
  h2 .icon:is(.attention, .review) {
    color: var(--_notice);
  }
  h2 .icon.to-send {
    color: var(--_accent);
  }
  h2 .icon.all-sent {
    color: var(--_added);
  }
  .signal {
    display: flex;
    align-items: center;
    gap: 0.5rem;
  }
  .warning {
    display: flex;
    gap: 0.6rem;
    padding: 0.75rem 0.9rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
  }
  .warning .icon {
    margin-block-start: 0.1em;
  }
  .needs-you {
    display: grid;
    gap: 0.5rem;
  }
  .needs-you .button {
    justify-content: start;
    padding: 0.7rem 0.9rem;
    border-color: color-mix(in oklab, var(--_notice) 45%, var(--_notice-surface));
    background: var(--_notice-surface);
    color: var(--_notice);
    text-align: start;
  }
  .needs-you .button > span {
    flex: 1;
  }
  .needs-you .small {
    display: block;
    font-weight: 400;
  }
  .actions {
    margin-block-start: 0.25rem;
  }
  .actions .button {
    flex: 1;
    white-space: nowrap;
  }
  dl {
    border-block-start: 1px solid var(--_line);
  }
  dl div {
    display: flex;
    gap: 1rem;
    padding-block: 0.7rem;
    border-block-end: 1px solid var(--_line);
  }
  dl div:last-child {
    border-block-end: 0;
    padding-block-end: 0;
  }
  dt {
    flex: 0 0 8rem;
    color: var(--_muted);
  }
  dd {
    flex: 1;
    overflow-wrap: anywhere;
  }
  @media (min-width: 640px) {
    dialog::backdrop {
      background: rgb(8 24 30 / 0.25);
    }
    dialog {
      inline-size: 25rem;
      margin: auto;
      border-block-end: 1px solid var(--_line);
      border-radius: calc(var(--_radius) + 4px);
    }
    dialog:is([data-view='outbox'], [data-view='review']) {
      inline-size: min(46rem, calc(100vw - 16px));
    }
    dialog[data-placed] {
      margin: 0;
      inset: var(--_top) auto auto min(var(--_left), calc(100vw - 8px - 25rem));
      max-block-size: calc(100dvh - var(--_top) - 12px);
    }
    dialog[data-placed]:is([data-view='outbox'], [data-view='review']) {
      left: min(var(--_left), calc(100vw - 8px - min(46rem, calc(100vw - 16px))));
    }
  }
`
