import { Component, type ReactNode } from 'react'
import { Button } from './ui/form/button.tsx'
import { Heading } from './ui/heading.tsx'
import { Shell } from './ui/layout/shell.tsx'

/** Shows its content or, if that throws while it is rendered, a page that says so. React would leave nothing. */
export class BrokenPage extends Component<{ children: ReactNode }, { readonly isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render(): ReactNode {
    if (!this.state.isBroken) return this.props.children
    return (
      <Shell>
        <Heading>This page cannot be shown</Heading>
        <p className="alert">It failed with an error. Reload it, or start from the overview.</p>
        <div className="actions">
          <Button kind="primary" onClick={() => window.location.reload()}>
            Reload
          </Button>
          <Button onClick={() => window.location.assign('/')}>Go to the overview</Button>
        </div>
      </Shell>
    )
  }
}
