import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from './session/connect.ts'
import { ShareApp } from './share-app.tsx'
import { keepFocus } from './ui/kept-focus.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The document has no #root.')
keepFocus()
createRoot(root).render(
  <StrictMode>
    <ShareApp connect={connect} />
  </StrictMode>,
)
