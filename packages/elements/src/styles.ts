/**
 * The look that all elements share. An app changes it by custom properties on any ancestor, and by `::part(…)`.
 *
 *   --tombolo-ink  -muted  -surface  -raised  -line  -control      text, quiet text, backgrounds, hairlines, borders of controls
 *   --tombolo-accent  -on-accent  -focus                           what can be pressed, and where the keyboard is
 *   --tombolo-notice  -notice-surface                              what needs a person; offline never looks like this
 *   --tombolo-added  -added-surface  -removed  -removed-surface    words that differ
 *   --tombolo-radius  --tombolo-font                               shape and type
 *
 * Light and dark follow the page's `color-scheme`. Text has a contrast of 7 : 1 in both, for sunlight; controls are 48 px high, for gloves.
 */
import { css, type CSSResult } from 'lit'

export const tokens: CSSResult = css`
  :host {
    --_ink: var(--tombolo-ink, light-dark(#14242a, #e7f0f1));
    --_muted: var(--tombolo-muted, light-dark(#42545b, #adc0c5));
    --_surface: var(--tombolo-surface, light-dark(#ffffff, #131c20));
    --_raised: var(--tombolo-raised, light-dark(#f3f6f5, #1d2a2f));
    --_line: var(--tombolo-line, light-dark(#dbe3e3, #2c3d43));
    --_control: var(--tombolo-control, light-dark(#738890, #748b93));
    --_accent: var(--tombolo-accent, light-dark(#0a5963, #83d8de));
    --_on-accent: var(--tombolo-on-accent, light-dark(#ffffff, #06272b));
    --_focus: var(--tombolo-focus, light-dark(#0a5963, #a6ebf0));
    --_notice: var(--tombolo-notice, light-dark(#633c00, #ffd999));
    --_notice-surface: var(--tombolo-notice-surface, light-dark(#fff3da, #33280f));
    --_added: var(--tombolo-added, light-dark(#0b4f32, #9fe6c2));
    --_added-surface: var(--tombolo-added-surface, light-dark(#e0f4e9, #123528));
    --_removed: var(--tombolo-removed, light-dark(#70281a, #f6c2b4));
    --_removed-surface: var(--tombolo-removed-surface, light-dark(#fbe8e2, #3c211b));
    --_radius: var(--tombolo-radius, 14px);
    color: var(--_ink);
    font-family: var(--tombolo-font, inherit);
    line-height: 1.45;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
  }
  :focus:not(:focus-visible) {
    outline: none;
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon {
    inline-size: 1.25em;
    block-size: 1.25em;
    flex: none;
  }
  .icon.back:dir(rtl),
  .icon.open:dir(rtl) {
    transform: scaleX(-1);
  }
  h2,
  h3,
  p,
  ul,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  /* Words whose direction is not the page's, of a person or not translated yet, keep their order, and stay on their side. */
  :is(h2, h3, p, dt, dd, button, a, span, label, legend) {
    unicode-bidi: plaintext;
  }
  :is(h2, h3, p, dt, dd, span, label, legend) {
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after,
    *::backdrop {
      animation: none !important;
      transition: none !important;
    }
  }
`

export const controls: CSSResult = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: 48px;
    min-inline-size: 48px;
    padding: 0.5em 1.1em;
    border: 1px solid var(--_control);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_ink);
    font: inherit;
    font-weight: 600;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition:
      background-color 120ms,
      border-color 120ms;
  }
  .button:hover {
    background: var(--_raised);
    border-color: var(--_ink);
  }
  .button:active {
    background: var(--_line);
  }
  .button.primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .button.primary:hover {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_ink));
  }
  .button.plain {
    border-color: transparent;
    background: none;
    color: var(--_accent);
  }
  .button.plain:hover {
    background: var(--_raised);
  }
  .button[aria-disabled='true'] {
    cursor: default;
    opacity: 0.75;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .quiet {
    color: var(--_muted);
  }
  .small {
    font-size: 0.875em;
  }
  .empty {
    padding: 1.5rem;
    border: 1px dashed var(--_line);
    border-radius: var(--_radius);
    color: var(--_muted);
    text-align: center;
  }
  .told {
    color: var(--_muted);
  }
  .told:empty {
    display: none;
  }
  @media (forced-colors: active) {
    .button.primary {
      border-color: ButtonText;
    }
  }
`
