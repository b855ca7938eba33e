/**
 * Rewrites every generated file: `node scripts/golden.ts [--only=<name>]… [--check]`. With `--check` nothing is written; outdated files are
 * named, and it exits 1.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { generatedFiles } from './golden/files.ts'

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, check: { type: 'boolean', default: false } },
})
const root = dirname(import.meta.dirname)
const stale: string[] = []

/** A file that cannot be generated, because one of its sources does not load, does not stop the others. */
async function made(path: string, text: () => Promise<string>): Promise<string | undefined> {
  try {
    return await text()
  } catch (error) {
    console.log(`${path} cannot be made: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
    return undefined
  }
}

for (const [name, file] of Object.entries(generatedFiles(root))) {
  if (values.only !== undefined && !values.only.includes(name)) continue
  const path = join(root, file.path)
  const text = await made(file.path, file.text)
  if (text === undefined || (existsSync(path) && readFileSync(path, 'utf8') === text)) continue
  stale.push(file.path)
  if (values.check) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

for (const path of stale) {
  console.log(values.check ? `${path} is not up to date; run \`npm run golden\` and read the difference.` : `wrote ${path}`)
}
if (values.check && stale.length > 0) process.exitCode = 1
