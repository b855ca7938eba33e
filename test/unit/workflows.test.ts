import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../support/house/files.ts'

const FOLDER = '.github/workflows'
const workflows = readdirSync(join(ROOT, FOLDER)).sort()
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>
}

describe('a workflow', () => {
  it.each(workflows)('is valid for GitHub: %s', async name => {
    const lint = [join(ROOT, 'test/support/lint-action.js'), join(ROOT, FOLDER, name)]
    const { stdout } = await promisify(execFile)(process.execPath, lint)
    expect(JSON.parse(stdout)).toEqual([])
  })

  it.each(workflows)('runs only scripts and programs of the repository that exist: %s', name => {
    const runs = commandsOf(name)
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const npm = runs.flatMap(run => [...run.matchAll(/npm run (\S+)/g)].map(([, script = '']) => script))
    expect(npm.filter(script => scripts[script] === undefined)).toEqual([])
    const files = runs.flatMap(run => [...run.matchAll(/\bnode (\S+\.m?js)/g)].map(([, file = '']) => file))
    expect(files.filter(file => !existsSync(join(ROOT, file)) && !file.startsWith('node_modules/'))).toEqual([])
    // A script that does not read arguments only exports functions for others: running it does nothing, and succeeds.
    expect(files.filter(file => file.startsWith('scripts/') && !read(file).includes('process.argv'))).toEqual([])
  })

  it('runs no POSIX-only npm script where it runs on Windows', () => {
    const { jobs } = parse(read(`${FOLDER}/check.yml`)) as Workflow
    const portable = (jobs['portable']?.steps ?? []).flatMap(({ run }) => run ?? [])
    expect(portable.filter(run => /npm (run|test|start)/.test(run))).toEqual([])
    expect(portable).toContainEqual('node scripts/ready.js --rebuild')
  })
})

function commandsOf(name: string): string[] {
  const { jobs } = parse(read(`${FOLDER}/${name}`)) as Workflow
  return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))
}
