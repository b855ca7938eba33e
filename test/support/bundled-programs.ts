import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from '../../scripts/bundle.ts'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache/1claw')

/** Programs that tests start dozens of times, each with the server's parts in it. */
const PROGRAMS = {
  'server-child': fileURLToPath(new URL('server-child.ts', import.meta.url)),
  'chaos-child': fileURLToPath(new URL('chaos/child.ts', import.meta.url)),
} as const

export type BundledProgram = keyof typeof PROGRAMS

/**
 * Makes one file of each: to find, read and strip the types of a thousand modules is most of what a start costs. Threads and processes that
 * they start run from the sources. Returns the folder of the files, which has to be within the project, where they find `node_modules`.
 */
export async function bundlePrograms(): Promise<string> {
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'programs-'))
  await bundle({
    programs: PROGRAMS,
    root: ROOT,
    folder,
    placeOf: file => (file.includes('/node_modules/') ? undefined : JSON.stringify(pathToFileURL(file).href)),
  })
  return folder
}
