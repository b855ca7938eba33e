import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { BrokenPage } from './broken-page.tsx'
import { connect } from './session/connect.ts'
import { keepFocus } from './ui/kept-focus.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The document has no #root.')
keepFocus()
// biome-ignore lint/suspicious/noConsole: what failed is for the developer tools; the page says what to do.
createRoot(root, { onCaughtError: error => console.warn(error) }).render(
  <StrictMode>
    <BrokenPage>
      <App connect={connect} />
    </BrokenPage>
  </StrictMode>,
)
