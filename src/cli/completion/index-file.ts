/**
 * Names of vaults, agents and secrets that this machine has seen in replies, by account, for completion. It contains no values, but the
 * file is still readable by its owner only.
 */
import { join } from 'node:path'
import { fs } from '../context/builtins.ts'
import type { Context } from '../context/context.ts'
import type { Target } from '../context/target.ts'

export interface Names {
  /** Name by id. */
  readonly vaults: Readonly<Record<string, string>>
  readonly agents: readonly string[]
  /** Paths by id of the vault. */
  readonly secrets: Readonly<Record<string, readonly string[]>>
}

const NONE: Names = { vaults: {}, agents: [], secrets: {} }

type Index = Readonly<Record<string, Names>>

/** Whose names they are: a profile on a server. */
export function ownerOf({ profileName, apiUrl }: Pick<Target, 'profileName' | 'apiUrl'>): string {
  return `${profileName}@${URL.parse(apiUrl)?.origin ?? apiUrl}`
}

/** The names of an account; an invalid file counts as empty. */
export function knownNames(dir: string | undefined, owner: string): Names {
  return dir === undefined ? NONE : { ...NONE, ...read(fileIn(dir))[owner] }
}

/** Changes the names of an account; `undefined` removes it. A failure to write is ignored: completion then knows less. */
export async function changeNames(
  { dir }: Pick<Context['settings'], 'dir'>,
  owner: string,
  change: (names: Names) => Names | undefined,
): Promise<void> {
  if (dir === undefined) return
  const file = fileIn(dir)
  const before = read(file)
  const next = change({ ...NONE, ...before[owner] })
  if (JSON.stringify(next) === JSON.stringify(before[owner])) return
  try {
    const [{ locked }, { replaceFile }, { ensureFolder }] = await Promise.all([
      import('../context/lock.ts'),
      import('../context/private-file.ts'),
      import('../context/settings.ts'),
    ])
    ensureFolder(dir)
    await locked(file, () => {
      const { [owner]: known, ...others } = read(file)
      const changed = change({ ...NONE, ...known })
      replaceFile(file, JSON.stringify(changed ? { ...others, [owner]: changed } : others))
    })
  } catch {
    // The command's own result is more important than the index.
  }
}

function fileIn(dir: string): string {
  return join(dir, 'completion.json')
}

function read(file: string): Index {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Index
  } catch {
    return {}
  }
}
