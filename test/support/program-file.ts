import { join } from 'node:path'
import type { BundledProgram } from './bundled-programs.ts'
import { sharedThing } from './shared-thing.ts'

/** The file of a program that tests start, bundled once in this run of vitest. */
export async function programFile(name: BundledProgram): Promise<string> {
  return join(await sharedThing('programs'), `${name}.js`)
}
