import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const INTRODUCTION = `# Decisions

Each page says what was decided, why, and what was ruled out. A decision that no longer holds stays and names the one that replaced it.

To add one, take the next free number and run \`npm run golden\`, which writes this list.

`

/** The index of the decisions, from their file names and headings. */
export function decisionIndex(root: string): string {
  const folder = join(root, 'docs/decisions')
  const rows = readdirSync(folder)
    .filter(name => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map(name => {
      const heading = readFileSync(join(folder, name), 'utf8').split('\n', 1)[0] ?? ''
      return `- ${name.slice(0, 4)} [${heading.replace(/^#\s*(\d+\.?\s+)?/, '')}](${name})\n`
    })
  return INTRODUCTION + rows.join('')
}
