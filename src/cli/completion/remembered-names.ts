import type { Context } from '../context/context.ts'
import type { Target } from '../context/target.ts'
import { changeNames, type Names, ownerOf } from './index-file.ts'

interface Asked {
  readonly params?: { readonly vault_id?: string; readonly path?: string } | undefined
  readonly query?: { readonly prefix?: string; readonly limit?: unknown; readonly cursor?: unknown } | undefined
}

interface Answered {
  readonly vaults?: readonly { readonly id: string; readonly name: string }[]
  readonly agents?: readonly { readonly name: string }[]
  readonly secrets?: readonly { readonly path: string }[]
}

/** The maximum number of names of a kind, and of paths of a vault: a longer list does not help at a prompt. */
const MOST = 10_000

/** Remembers the names in a reply. */
export async function learn(context: Context, target: Target, id: string, input: unknown, answer: unknown): Promise<void> {
  const { query, params } = (input ?? {}) as Asked
  // A page is not the whole list.
  if (query?.limit !== undefined || query?.cursor !== undefined) return
  await changeNames(context.settings, ownerOf(target), names => learned(names, id, { query, params }, answer as Answered))
}

function learned(names: Names, id: string, { query, params }: Asked, answer: Answered): Names {
  if (id === 'vaults.list') {
    const vaults = Object.fromEntries((answer.vaults ?? []).slice(0, MOST).map(vault => [vault.id, vault.name]))
    const secrets = Object.fromEntries(Object.entries(names.secrets).filter(([vault]) => Object.hasOwn(vaults, vault)))
    return { ...names, vaults, secrets }
  }
  if (id === 'agents.list') return { ...names, agents: sorted((answer.agents ?? []).map(({ name }) => name)) }
  const vault = params?.vault_id
  if (vault === undefined) return names
  const before = names.secrets[vault] ?? []
  return {
    ...names,
    secrets: { ...names.secrets, [vault]: sorted(pathsAfter(before, id, params?.path ?? '', query?.prefix, answer)) },
  }
}

function pathsAfter(before: readonly string[], id: string, path: string, prefix: string | undefined, answer: Answered): string[] {
  if (id === 'secrets.put') return [...before, path]
  if (id === 'secrets.delete') return before.filter(other => other !== path)
  const others = prefix === undefined ? [] : before.filter(other => !other.startsWith(prefix))
  return [...others, ...(answer.secrets ?? []).map(secret => secret.path)]
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].toSorted().slice(0, MOST)
}
