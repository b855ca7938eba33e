import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { findNames } from '../../../src/contract/search.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { filterInSlices } from '../../http/slices.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { Target } from '../../policy/finding.ts'
import type { Action, Grant } from '../../policy/grant.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { MemberRow } from '../../stores/orgs.ts'
import type { SecretStore } from '../../stores/secrets.ts'
import type { ListedVault } from '../../stores/vaults.ts'

type Result = ReplyOf<typeof findNames>['results'][number]

/** A named object, with the position at which a cursor finds it again. */
export interface Found extends Result {
  readonly at: string
  readonly key: string
  /** The text that is searched. */
  readonly sought: string
}

/** Names of one kind, in a stable order. */
export interface Source {
  /** Its place among the sources: they are searched in this order. */
  readonly at: string
  /** The next names; `after` is undefined if these were the last. */
  next(after: string | undefined): Promise<{ found: readonly Found[]; looked: number; after: string | undefined }>
}

export interface SourceDeps {
  readonly database: Database<{ secrets: SecretStore }>
  readonly authorize: Authorize
  readonly listVaults: (grant: Grant<'vault.list'>) => Promise<ListedVault[]>
  readonly listAgents: (grant: Grant<'agent.list'>) => Promise<AgentRow[]>
  readonly listMembers: (grant: Grant<'org.members'>) => Promise<MemberRow[]>
}

/** The number of secrets fetched at once. */
const BATCH = 1000

/** The objects that the caller can list, by the rules of the lists themselves. */
export async function sourcesOf(
  deps: SourceDeps,
  asked: Grant<'search.find'>,
  kinds: readonly string[] | undefined,
): Promise<Source[]> {
  const { database, authorize } = deps
  const wants = (kind: Result['kind']) => kinds === undefined || kinds.includes(kind)

  /** The decision for its own list; undefined if it would be refused. */
  async function may<A extends Action>(action: A, target: Target = {}): Promise<Grant<A> | undefined> {
    try {
      return await authorize(action, asked.actor, target, asked.ip)
    } catch (error) {
      // It was deleted since it was listed, or the caller may not list it.
      if (error instanceof Problem && (error.code === 'policy.denied' || error.code === 'resource.unknown')) return undefined
      throw error
    }
  }

  async function listed<A extends Action, Row>(action: A, list: (grant: Grant<A>) => Promise<Row[]>): Promise<Row[]> {
    const grant = await may(action)
    return grant ? list(grant) : []
  }

  const vaults = (await listed('vault.list', deps.listVaults)).toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const sources: Source[] = []
  if (wants('vault'))
    sources.push(
      inMemory(
        '0',
        vaults.map(({ id, name }) => ({ kind: 'vault', id, name })),
      ),
    )
  if (wants('agent')) {
    const agents = await listed('agent.list', deps.listAgents)
    sources.push(
      inMemory(
        '1',
        agents.map(({ id, name }) => ({ kind: 'agent', id, name })),
      ),
    )
  }
  if (wants('person')) {
    const members = await listed('org.members', deps.listMembers)
    sources.push(
      inMemory(
        '2',
        members.map(({ id, email, display_name }) => ({ kind: 'person', id, name: email, about: display_name ?? undefined })),
      ),
    )
  }
  if (wants('policy')) sources.push(...vaults.map(vault => policiesIn(vault)))
  if (wants('secret')) sources.push(...vaults.map(vault => secretsIn(vault)))
  return sources

  function policiesIn({ id: vault_id, name: vault_name }: ListedVault): Source {
    const at = `3${vault_id}`
    return {
      at,
      async next(after) {
        const grant = await may('policy.list', { vaultId: vault_id })
        const policies = grant?.resource.vault.policies ?? []
        const results = policies.map(({ id, pattern, principalType, principalId }) => {
          return {
            kind: 'policy',
            id,
            name: pattern.source,
            about: `${principalType}:${principalId}`,
            vault_id,
            vault_name,
          } as const
        })
        return inMemory(at, results).next(after)
      },
    }
  }

  function secretsIn({ id: vault_id, name: vault_name }: ListedVault): Source {
    const at = `4${vault_id}`
    return {
      at,
      async next(after) {
        const grant = await may('secret.list', { vaultId: vault_id })
        if (!grant) return { found: [], looked: 0, after: undefined }
        const { mayRead } = grant.resource
        const range = { prefix: '', heads: mayRead.heads, after, limit: BATCH }
        const rows = await database.read(({ secrets }) => secrets.names(grant.resource.vault, range))
        const readable = await filterInSlices(rows, ({ path }) => mayRead(path))
        const found = readable.map(({ id, path, type }): Found => {
          return { kind: 'secret', id, name: path, about: type, vault_id, vault_name, at, key: path, sought: path }
        })
        return { found, looked: rows.length, after: rows.length < BATCH ? undefined : rows.at(-1)?.path }
      },
    }
  }
}

/** A list that is already complete in memory, in the order of the ids. */
function inMemory(at: string, results: readonly Result[]): Source {
  return {
    at,
    async next(after) {
      const found = results
        .filter(({ id }) => after === undefined || id > after)
        .toSorted((one, other) => (one.id < other.id ? -1 : 1))
        .map((result): Found => {
          const sought = result.kind === 'person' && result.about ? `${result.name} ${result.about}` : result.name
          return { ...result, at, key: result.id, sought }
        })
      return { found, looked: found.length, after: undefined }
    },
  }
}
