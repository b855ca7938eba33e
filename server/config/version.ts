import { readFileSync } from 'node:fs'

/** The version of this program, from the `package.json` next to the compiled server or the sources. */
export function version(): string {
  const file = new URL(import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
