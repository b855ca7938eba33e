import { delimiter, dirname, join } from 'node:path'
import { Problem } from '../../problem.ts'
import { fs } from './builtins.ts'
import { textIn } from './text-file.ts'
import { within } from './working-folder.ts'

export const PROJECT_FILE = '.1claw.json'

/** What a repository may say about itself; committed, so nothing secret. */
export interface Project {
  readonly file: string
  readonly profile?: string
  readonly api_url?: string
  /** Name or id. */
  readonly vault?: string
}

/**
 * The nearest `.1claw.json` of a folder or its parents. `trusted`: folders whose file counts anyone who it belongs to, separated as in PATH.
 * @throws Problem `config.invalid` when it is not what it should be, or belongs to somebody else.
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
 * Anyone who may put a file into a folder above could choose the vault that secrets are written to. The rule is git's since CVE-2022-24765,
 * but that root's file counts, which could do anything anyway: images are built by root and run by others.
 */
function ensureOwn(file: string, folder: string, trusted: readonly string[]): void {
  const me = process.geteuid?.()
  // A link of somebody else's chooses as well.
  const owners = [fs.lstatSync(file, { throwIfNoEntry: false }), fs.statSync(file, { throwIfNoEntry: false })]
  const owner = owners.find(there => there && there.uid !== me && there.uid !== 0)?.uid
  if (me === undefined || owner === undefined || trusted.includes(folder)) return
  throw new Problem('config.invalid', `${file} belongs to another user (uid ${owner}), who would choose your vault.`, {
    hint: `If you trust it, set ONECLAW_TRUSTED_FOLDERS=${folder}`,
  })
}

/** Changes fields of the `.1claw.json` that counts in a folder, or makes one there. Gives back its path. */
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
