import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname)

/**
 * Builds the console into `dist/console`. The pages are served under a policy without inline script, style or data, so nothing may be
 * folded into the document: every asset is a file with a hashed name.
 */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react()],
  build: {
    outDir: here('../../dist/console'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    sourcemap: false,
  },
})
