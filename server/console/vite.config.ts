import { brotliCompressSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { defineConfig, type Plugin } from 'vite'
import { applyKept, KEPT_AS } from './frame/person/kept.ts'
import { Logo } from './ui/logo.tsx'

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname)

/**
 * Builds the console into `dist/console`. The pages are served under a policy without inline script, style or data, so nothing may be
 * folded into the document: every asset is a file with a hashed name.
 */
export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react(), logo(), early(), brotli()],
  build: {
    outDir: here('../../dist/console'),
    rolldownOptions: { input: { index: here('index.html'), share: here('share.html') } },
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    // `light-dark()` is in browsers as old as these.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
  },
})

/** Draws the logo into documents that are readable before their script runs. */
function logo(): Plugin {
  return {
    name: 'logo',
    transformIndexHtml: html => html.replace('<!-- logo -->', renderToStaticMarkup(createElement(Logo))),
  }
}

/** The script that selects the light or dark scheme before anything is painted: a separate file, which the document waits for. */
function early(): Plugin {
  let file = ''
  return {
    name: 'early',
    generateBundle(this) {
      const source = `(${applyKept})(${JSON.stringify(KEPT_AS)})`
      file = this.getFileName(this.emitFile({ type: 'asset', name: 'early.js', source }))
    },
    transformIndexHtml: {
      order: 'post',
      handler: () => [{ tag: 'script', attrs: { src: `/${file}` }, injectTo: 'head-prepend' }],
    },
  }
}

/** A compressed copy next to each script and style: compressing them at the start of a server is too slow. */
function brotli(): Plugin {
  return {
    name: 'brotli',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const [fileName, file] of Object.entries(bundle)) {
          if (!/\.(js|css)$/.test(fileName)) continue
          const source = brotliCompressSync(file.type === 'chunk' ? file.code : file.source)
          this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source })
        }
      },
    },
  }
}
