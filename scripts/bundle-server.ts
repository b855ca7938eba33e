/**
 * Makes one file of the server: `dist/server/main.js` and all that it imports, libraries too, with a chunk for each part that is loaded later.
 * Why: `docs/decisions`, "The server is one file".
 */
import { join, relative } from 'node:path'
import { build, type Plugin } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const OUTPUT = join(DIST, 'server')

/** Has code for the machine, or files that it finds by its own place; the last is one that `pg` can do without. */
const LIBRARIES = ['sqlite3', '@node-rs/argon2', 'graphene-pk11', 'piscina', 'jq-wasm', 'pg-native']

/** The command line has it in memory already, and must know a `Problem` of the server by its class. */
const SHARED = join(DIST, 'src/problem.js')

/** Whoever asks where their file is (threads, pages, `package.json`) is told where it was compiled to: it is still there. */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(DIST) || !code.includes('import.meta.url')) return
    const place = JSON.stringify(relative(OUTPUT, id))
    return code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`)
  },
}

/** A single letter outside Latin-1 has the engine keep two bytes for each letter of the file. */
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

await build({
  configFile: false,
  root: ROOT,
  publicDir: false,
  logLevel: 'warn',
  plugins: [places, latin],
  ssr: { noExternal: true, external: LIBRARIES },
  build: {
    ssr: join(OUTPUT, 'main.js'),
    outDir: OUTPUT,
    emptyOutDir: false,
    target: 'node22',
    rolldownOptions: {
      external: id => id === SHARED,
      output: {
        // All in one folder: the places are told from there.
        chunkFileNames: 'chunk-[name]-[hash].js',
        // Names stay as they are: they are what a log says of a failure.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
})
