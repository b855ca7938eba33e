import { isPattern, pattern } from '../../../src/path-pattern.ts'
import type { Database } from '../../db/database.ts'
import { seesAll } from '../../policy/caller.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { SearchTerm } from '../../stores/audit/search-terms.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { VaultStore } from '../../stores/vaults.ts'

export interface NamingDeps {
  readonly database: Database<{ agents: AgentStore; orgs: OrgStore; vaults: VaultStore }>
  readonly clock: () => number
}

/** An object that people know by a name. */
interface Named {
  readonly id: string
  readonly names: readonly string[]
}

export type TermsOf = (grant: Grant<'audit.read'>, text: string) => Promise<SearchTerm[]>

/** The maximum number of words of one search; later ones are ignored. */
const MOST_TERMS = 5

/** Resolves a search in the log: names of agents, people and vaults, patterns of paths, and plain text. */
export function namedTerms({ database, clock }: NamingDeps): TermsOf {
  /** Only names that the caller could see in lists: otherwise a search would reveal which names exist. */
  async function known({ actor, orgId }: Grant<'audit.read'>): Promise<Named[]> {
    return database.read(async ({ agents, orgs, vaults }) => {
      const inVaults = seesAll(actor) ? vaults.namesInOrg(orgId) : vaults.reachable(orgId, actor.type, actor.id, clock())
      if (actor.type === 'agent') return (await inVaults).map(({ id, name }) => ({ id, names: [name] }))
      const [agentRows, people, vaultRows] = await Promise.all([agents.namesInOrg(orgId), orgs.members(orgId), inVaults])
      return [
        ...agentRows.map(({ id, name }) => ({ id, names: [name] })),
        ...people.map(({ id, email, display_name }) => ({ id, names: [email, display_name ?? email] })),
        ...vaultRows.map(({ id, name }) => ({ id, names: [name] })),
      ]
    })
  }

  return async (grant, text) => {
    const words = (text.match(/"[^"]+"|\S+/g) ?? []).slice(0, MOST_TERMS).map(word => word.replace(/^"(.*)"$/, '$1'))
    const all = words.length > 0 ? await known(grant) : []
    return words.map(word => termOf(word, all))
  }
}

function termOf(text: string, all: readonly Named[]): SearchTerm {
  const sought = text.toLowerCase()
  const exact = all.filter(({ names }) => names.some(name => name.toLowerCase() === sought))
  if (exact.length > 0) return { is: 'named', ids: exact.map(({ id }) => id) }
  if (text.includes('*') && isPattern(text)) return { is: 'pattern', pattern: pattern(text) }
  const like = all.filter(({ names }) => names.some(name => name.toLowerCase().includes(sought)))
  return { is: 'text', text, ids: like.slice(0, MOST_ALIKE).map(({ id }) => id) }
}

const MOST_ALIKE = 100
