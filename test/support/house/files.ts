import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { SourceFile } from './source.ts'

export const ROOT = join(import.meta.dirname, '../../..')

const FOLDERS = ['bin', 'commands', 'src', 'server', 'test', 'scripts']

/** Every source file of the repository. */
export function sourceFiles(): SourceFile[] {
  const paths = FOLDERS.flatMap(folder =>
    readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
      .filter(entry => entry.isFile() && /\.(ts|tsx|js|mjs)$/.test(entry.name))
      .map(entry => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/')),
  )
  return [...paths, 'vitest.config.ts'].map(path => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}
