import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { connect } from './session/connect.ts'
import { keepFocus } from './ui/kept-focus.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The document has no #root.')
keepFocus()
createRoot(root).render(
  <StrictMode>
    <App connect={connect} />
  </StrictMode>,
)
