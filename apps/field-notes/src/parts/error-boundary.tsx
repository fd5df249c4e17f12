/** Keeps a fault of one pane from taking the others along, and says what happened and what is safe. */
import { Component, type ComponentChildren } from 'preact'
import { Button } from './button.tsx'
import { PartMissing } from './later.tsx'
import { wordsOf } from './notice.tsx'

export class ErrorBoundary extends Component<{ readonly children: ComponentChildren }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined }

  static override getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error }
  }

  override componentDidCatch(error: unknown): void {
    reportError(error)
  }

  render() {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <div class="fault" role="alert">
        <h2>{error instanceof PartMissing ? 'This part is missing' : 'This part of the screen failed'}</h2>
        <p>{error instanceof PartMissing ? error.message : wordsOf(error)} What you have saved is safe on this device.</p>
        <Button onClick={() => this.setState({ error: undefined })}>Show it again</Button>
      </div>
    )
  }
}
