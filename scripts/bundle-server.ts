/**
 * Makes one file of the server: `dist/server/main.js` and all that it imports, libraries too, with a chunk for each part that is loaded later.
 * Why: `docs/decisions`, "The server is one file".
 */
import { join, relative } from 'node:path'
import type { Plugin } from 'vite'
import { bundle } from './bundle.ts'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const OUTPUT = join(DIST, 'server')

/** The command line already has it in memory, and must recognise a `Problem` of the server by its class. */
const SHARED = join(DIST, 'src/problem.js')

/** With a single letter outside Latin-1, the engine keeps two bytes for each letter of the file. */
const latin: Plugin = {
  name: 'latin',
  generateBundle: {
    order: 'post',
    handler(_, files) {
      for (const file of Object.values(files)) {
        if (file.type === 'chunk') file.code = file.code.replaceAll(/[^\0-\xff]/g, escaped)
      }
    },
  },
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

await bundle({
  programs: { main: join(OUTPUT, 'main.js') },
  root: ROOT,
  folder: OUTPUT,
  placeOf: file =>
    file.startsWith(DIST) ? `new URL(${JSON.stringify(relative(OUTPUT, file))}, import.meta.url).href` : undefined,
  external: id => id === SHARED,
  plugins: [latin],
  output: {
    // All in one folder, because locations are computed from it.
    chunkFileNames: 'chunk-[name]-[hash].js',
    // Names are kept: a log of a failure contains them.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
})
