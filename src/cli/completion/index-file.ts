/**
 * Names that this machine has seen in answers, for completion: of vaults, agents and secrets, by account. Nothing in it is a value; the
 * file is readable by its owner only all the same.
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

/** What is known of an account; one that cannot be understood counts as empty. */
export function knownNames(dir: string | undefined, owner: string): Names {
  return dir === undefined ? NONE : { ...NONE, ...read(fileIn(dir))[owner] }
}

/**
 * Changes what is known of an account; `undefined` forgets it. That it cannot be written stops nobody: completion then knows less.
 */
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
    // The answer that was learned from is worth more than the index.
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
