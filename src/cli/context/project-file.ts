import { delimiter, dirname, join } from 'node:path'
import { Problem } from '../../problem.ts'
import { fs } from './builtins.ts'
import { textIn } from './text-file.ts'
import { within } from './working-folder.ts'

export const PROJECT_FILE = '.1claw.json'

/** Settings of a repository; committed, so nothing in it is secret. */
export interface Project {
  readonly file: string
  readonly profile?: string
  readonly api_url?: string
  /** Name or id. */
  readonly vault?: string
}

/**
 * The nearest `.1claw.json` of a folder or its parents. `trusted`: folders whose file is used regardless of its owner, separated like PATH.
 * @throws Problem `config.invalid` when it is malformed, or belongs to somebody else
 */
export function findProject(cwd: string | undefined, trusted = ''): Project | undefined {
  for (let folder = cwd; folder !== undefined; folder = parentOf(folder)) {
    const file = join(folder, PROJECT_FILE)
    const text = textIn(file)
    if (text === undefined) continue
    ensureOwn(file, folder, trusted.split(delimiter))
    return { ...parse(file, text), file }
  }
  return undefined
}

function parentOf(folder: string): string | undefined {
  const parent = dirname(folder)
  return parent === folder ? undefined : parent
}

/**
 * Anyone who can put a file into a parent folder could choose the vault that secrets are written to. The rule is Git's since
 * CVE-2022-24765, except that root's file counts, because root can do anything anyway: images are built by root and run by others.
 */
function ensureOwn(file: string, folder: string, trusted: readonly string[]): void {
  const me = process.geteuid?.()
  // Somebody else's link could choose as well.
  const owners = [fs.lstatSync(file, { throwIfNoEntry: false }), fs.statSync(file, { throwIfNoEntry: false })]
  const owner = owners.find(there => there && there.uid !== me && there.uid !== 0)?.uid
  if (me === undefined || owner === undefined || trusted.includes(folder)) return
  throw new Problem('config.invalid', `${file} belongs to another user (uid ${owner}), who would choose your vault.`, {
    hint: `If you trust it, set ONECLAW_TRUSTED_FOLDERS=${folder}`,
  })
}

/** Changes fields of the effective `.1claw.json`, or makes one in the folder. Returns its path. */
export function writeProject(cwd: string | undefined, change: Omit<Project, 'file'>): string {
  const { file = within(cwd, PROJECT_FILE), ...fields } = findProject(cwd) ?? {}
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
