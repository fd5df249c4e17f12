/** The styles of the history: a line down each field's values, the shown one with a full dot. */
import { css, type CSSResult } from 'lit'

export const historyStyles: CSSResult = css`
  h3 {
    font-size: 1rem;
    font-weight: 650;
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    padding-block: 0.6rem;
    padding-inline-start: 1.75rem;
  }
  li::before {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: 6px;
    border-inline-start: 2px solid var(--_line);
  }
  li:first-child::before {
    inset-block-start: 1.2rem;
  }
  li:last-child::before {
    inset-block-end: calc(100% - 1.2rem);
  }
  li::after {
    content: '';
    position: absolute;
    inset-block-start: 0.85rem;
    inset-inline-start: 0;
    inline-size: 14px;
    block-size: 14px;
    border: 2px solid var(--_control);
    border-radius: 50%;
    background: var(--_surface);
  }
  li.shown::after {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  li.failed::after {
    border-color: var(--_notice);
    border-radius: 3px;
    background: var(--_notice-surface);
  }
  .what {
    flex: 1 1 12rem;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .text {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 12;
    line-clamp: 12;
    white-space: pre-wrap;
  }
  li .button {
    margin-inline-start: -1.1em;
  }
  .standing {
    display: inline-block;
    padding-inline: 0.5em;
    border: 1px solid var(--_line);
    border-radius: 999px;
    background: var(--_raised);
    color: var(--_ink);
  }
  .failed .standing {
    border-color: color-mix(in oklab, var(--_notice) 45%, var(--_notice-surface));
    background: var(--_notice-surface);
    color: var(--_notice);
  }
`
