/**
 * Makes one file of the server: `dist/server/main.js` and all that it imports, libraries too, with a chunk for each part that is loaded later.
 * Why: `docs/decisions`, "The server is one file".
 */
import { join, relative } from 'node:path'
import { build, type Plugin } from 'vite'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')
const OUTPUT = join(DIST, 'server')

/** Native libraries, or libraries that find files by their own location; `pg` can do without the last one. */
const LIBRARIES = ['sqlite3', '@node-rs/argon2', 'graphene-pk11', 'piscina', 'jq-wasm', 'pg-native']

/** The command line already has it in memory, and must recognise a `Problem` of the server by its class. */
const SHARED = join(DIST, 'src/problem.js')

/**
 * Code that asks for the location of its file (threads, pages, `package.json`) gets the location to which it was compiled: the file is
 * still there.
 */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(DIST) || !code.includes('import.meta.url')) return
    const place = JSON.stringify(relative(OUTPUT, id))
    return code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`)
  },
}

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
        // All in one folder, because locations are computed from it.
        chunkFileNames: 'chunk-[name]-[hash].js',
        // Names are kept: a log of a failure contains them.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
})
