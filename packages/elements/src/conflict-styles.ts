/** The styles of the review: sides beside one another, or below one another on a phone; differing words underlined or struck. */
import { css, type CSSResult } from 'lit'

export const conflictStyles: CSSResult = css`
  summary .icon.review {
    color: var(--_notice);
  }
  .about {
    color: var(--_muted);
    font-size: 0.9375em;
  }
  .outcome {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
  }
  .outcome:has(.undo) {
    padding: 0.5rem 0.5rem 0.5rem 1rem;
    padding-inline: 1rem 0.5rem;
    border-radius: var(--_radius);
    background: var(--_raised);
  }
  .undo {
    flex: none;
  }
  .outcome:not(:has(.undo)):has(.told:empty) {
    display: none;
  }
  .sides {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
    gap: 0.6rem;
  }
  .side {
    display: flex;
    flex-direction: column;
    gap: 0.15rem;
    padding: 0.8rem;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) - 2px);
    overflow-wrap: anywhere;
  }
  .side.before {
    border-style: dashed;
  }
  h3 {
    font-size: 1rem;
    font-weight: 650;
  }
  .value {
    flex: 1;
    padding-block: 0.5rem 0.75rem;
  }
  .text {
    white-space: pre-wrap;
  }
  del + ins {
    margin-inline-start: 0.2em;
  }
  ins {
    border-radius: 3px;
    background: var(--_added-surface);
    color: var(--_added);
    text-decoration: underline 2px;
    text-underline-offset: 3px;
  }
  del {
    border-radius: 3px;
    background: var(--_removed-surface);
    color: var(--_removed);
    text-decoration: line-through 2px;
  }
  .legend :is(ins, del) {
    padding-inline: 0.3em;
  }
  @media (max-width: 480px) {
    .choices .button {
      flex: 1 1 40%;
    }
  }
  .editor {
    display: grid;
    gap: 0.75rem;
    padding: 0.8rem;
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) - 2px);
  }
  label {
    display: grid;
    gap: 0.3rem;
    font-weight: 600;
  }
  fieldset {
    display: grid;
    gap: 0.6rem;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    margin-block-end: 0.4rem;
    font-weight: 650;
  }
  input,
  select,
  textarea {
    inline-size: 100%;
    min-block-size: 48px;
    padding: 0.6rem 0.75rem;
    border: 1px solid var(--_control);
    border-radius: calc(var(--_radius) - 4px);
    background: var(--_surface);
    color: var(--_ink);
    font: inherit;
    font-weight: 400;
  }
  textarea {
    min-block-size: 7rem;
    field-sizing: content;
    resize: vertical;
  }
`
