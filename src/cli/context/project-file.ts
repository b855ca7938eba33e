import { dirname, join } from 'node:path'
import { Problem } from '../../problem.ts'
import { fs } from './builtins.ts'
import { contentOf } from './settings.ts'

export const PROJECT_FILE = '.1claw.json'

/** What a repository may say about itself; committed, so nothing secret. */
export interface Project {
  readonly file: string
  readonly profile?: string
  readonly api_url?: string
  /** Name or id. */
  readonly vault?: string
}

/** The nearest `.1claw.json` of a folder or its parents. Throws `config.invalid` when it is not what it should be. */
export function findProject(cwd: string): Project | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, PROJECT_FILE)
    const text = contentOf(file)
    if (text !== undefined) return { ...parse(file, text), file }
    if (dirname(folder) === folder) return undefined
  }
}

/** Changes fields of the `.1claw.json` that counts in a folder, or makes one there. Gives back its path. */
export function writeProject(cwd: string, change: Omit<Project, 'file'>): string {
  const { file = join(cwd, PROJECT_FILE), ...fields } = findProject(cwd) ?? {}
  fs.writeFileSync(file, `${JSON.stringify({ ...fields, ...change }, undefined, 2)}\n`)
  return file
}

function parse(file: string, text: string): Omit<Project, 'file'> {
  const value = json(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(file, 'is not a JSON object')
  const { profile, api_url, vault, ...unknown } = value as Record<string, unknown>
  for (const [name, field] of Object.entries({ profile, api_url, vault })) {
    if (field !== undefined && (typeof field !== 'string' || field === ''))
      throw invalid(file, `has a ${name} that is not a string`)
  }
  const [stranger] = Object.keys(unknown)
  if (stranger !== undefined) throw invalid(file, `has an unknown field ${JSON.stringify(stranger)}`)
  return value
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function invalid(file: string, what: string): Problem {
  return new Problem('config.invalid', `${file} ${what}.`, { hint: 'It can contain `profile`, `api_url` and `vault`.' })
}
