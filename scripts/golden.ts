/**
 * Writes every generated file anew: `node scripts/golden.ts [--only=<name>] [--check]`. With `--check` nothing is written; the files
 * that are not what they should be are named, and it exits 1.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { generatedFiles } from './golden/files.ts'

const { values } = parseArgs({ options: { only: { type: 'string' }, check: { type: 'boolean', default: false } } })
const root = dirname(import.meta.dirname)
const stale: string[] = []

for (const [name, file] of Object.entries(generatedFiles(root))) {
  if (values.only !== undefined && values.only !== name) continue
  const path = join(root, file.path)
  const text = await file.text()
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  stale.push(file.path)
  if (values.check) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

for (const path of stale)
  console.log(values.check ? `${path} is not up to date; run \`npm run golden\` and read the difference.` : `wrote ${path}`)
if (values.check && stale.length > 0) process.exitCode = 1
