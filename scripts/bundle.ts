import { build, type Plugin, type Rolldown } from 'vite'

/** Native libraries, or libraries that find files by their own location; `pg` can do without the last one. */
const LIBRARIES = ['sqlite3', '@node-rs/argon2', 'graphene-pk11', 'piscina', 'jq-wasm', 'tiny-secp256k1', 'pg-native']

export interface Bundle {
  /** Files of the programs, by the name that their bundles get. */
  readonly programs: Readonly<Record<string, string>>
  readonly root: string
  readonly folder: string
  /**
   * What a module sees as its `import.meta.url`, as an expression; undefined if it may see the bundle's. Code that asks for the location of
   * its file (threads, pages, `package.json`) must get the one before bundling: the file is still there.
   */
  placeOf(file: string): string | undefined
  readonly external?: (id: string) => boolean
  readonly plugins?: readonly Plugin[]
  readonly output?: Rolldown.OutputOptions
}

/** Makes one file of each program and all that it imports, libraries too, with a chunk for each part that is loaded later or shared. */
export async function bundle({ programs, root, folder, placeOf, external, plugins = [], output = {} }: Bundle): Promise<void> {
  const places: Plugin = {
    name: 'places',
    transform(code, id) {
      const place = code.includes('import.meta.url') ? placeOf(id) : undefined
      return place === undefined ? undefined : code.replaceAll('import.meta.url', place)
    },
  }
  await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    plugins: [places, ...plugins],
    ssr: { noExternal: true, external: LIBRARIES },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node22',
      rolldownOptions: { input: { ...programs }, ...(external && { external }), output },
    },
  })
}
