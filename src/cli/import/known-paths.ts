import { Problem } from '../../problem.ts'
import { bundleVariables } from '../env/bundle.ts'
import { type Naming, nameOf } from '../env/names.ts'
import { readMany } from '../references/read.ts'
import type { Session } from '../session/session.ts'

/** Which secret each variable of a pulled file came from. */
export interface KnownPaths {
  /** `NAME=path`, as `--map` takes it; the path is without the prefix. */
  readonly map: readonly string[]
  /** Names that are part of an `env_bundle`, which has many variables in one value. */
  readonly bundled: readonly string[]
}

/**
 * The reverse of how `env pull` names the secrets under a prefix.
 * @param names the names in the file: others can be ambiguous
 * @throws Problem `usage` for a name that two secrets have
 */
export async function knownPaths(
  { client }: Pick<Session, 'client'>,
  vault_id: string,
  names: readonly string[],
  { prefix = '', naming = 'last' }: { readonly prefix?: string | undefined; readonly naming?: Naming | undefined },
): Promise<KnownPaths> {
  const { secrets } = await client.call('secrets.list', { params: { vault_id }, query: { prefix } })
  const [bundles, single] = [secrets.filter(isBundle), secrets.filter(secret => !isBundle(secret))]
  const opened = await readMany(
    client,
    vault_id,
    bundles.map(({ path }) => path),
  )
  const bundled = opened.flatMap(({ path, value, cmek_encrypted }) => (cmek_encrypted ? [] : bundleVariables(path, value)))
  const byName = Map.groupBy(single, ({ path }) => nameOf(path, naming))
  const map = names.flatMap(name => {
    const [one, other] = byName.get(name) ?? []
    if (one && other) throw ambiguous(name, one.path, other.path)
    return one ? [`${name}=${one.path.slice(prefix.length)}`] : []
  })
  return { map, bundled: bundled.map(({ name }) => name).filter(name => names.includes(name)) }
}

function isBundle({ type }: { readonly type: string }): boolean {
  return type === 'env_bundle'
}

function ambiguous(name: string, one: string, other: string): Problem {
  return new Problem('usage', `${name} could be ${one} or ${other}.`, {
    hint: `Narrow it with --prefix, or name the path: --map ${name}=<path>.`,
  })
}
