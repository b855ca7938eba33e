import { createContext, type ReactNode, useContext } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Breakable } from '../data/breakable.tsx'
import { type Loaded, useLoaded } from '../data/use-loaded.ts'

type Member = Contract['org.members']['reply']['members'][number]
type Agent = Contract['agents.list']['reply']['agents'][number]
type Vault = Contract['vaults.list']['reply']['vaults'][number]

/** The members, agents and vaults whose names can be shown. */
export interface Directory {
  readonly members: readonly Member[]
  readonly agents: readonly Agent[]
  readonly vaults: readonly Vault[]
}

const EMPTY: Directory = { members: [], agents: [], vaults: [] }

const DirectoryContext = createContext<Loaded<Directory> | null>(null)

/** Loads the directory once for all names inside. Without it, ids are shown. */
export function NamesHere({ children }: { children: ReactNode }) {
  const directory = useLoaded(async client => {
    const [{ members }, { agents }, { vaults }] = await Promise.all([
      client.call('org.members'),
      client.call('agents.list'),
      client.call('vaults.list'),
    ])
    return { members, agents, vaults }
  })
  return <DirectoryContext value={directory}>{children}</DirectoryContext>
}

/** The directory and its loading state; only inside of `NamesHere`. */
export function useDirectoryState(): Loaded<Directory> {
  const directory = useContext(DirectoryContext)
  if (!directory) throw new Error('There are no names here.')
  return directory
}

/** Members, agents and vaults of the organisation; empty until they are loaded. */
export function useDirectory(): Directory {
  const state = useContext(DirectoryContext)?.state
  return state?.at === 'loaded' ? state.value : EMPTY
}

/** The name of a principal, given as `user:<uuid>` or `agent:<uuid>`, the server's form of an author. */
export function Name({ of }: { of: string | undefined }) {
  const directory = useDirectory()
  const loading = useContext(DirectoryContext)?.state.at === 'loading'
  if (of === undefined) return 'Unknown'
  if (loading) return '…'
  const { type, id } = principalOf(of)
  const name = nameIn(directory, type, id)
  if (name === undefined) return `${type === 'agent' ? 'An agent' : 'A person'} (${id.slice(0, 8)})`
  return type === 'agent' ? (
    <>
      {name} <span className="quiet">(agent)</span>
    </>
  ) : (
    <Breakable text={name} />
  )
}

/** The name of a member, an agent or a vault; undefined if it does not exist, or no longer. */
export function nameIn({ members, agents, vaults }: Directory, type: string, id: string): string | undefined {
  if (type === 'vault') return vaults.find(vault => vault.id === id)?.name
  if (type === 'agent') return agents.find(agent => agent.id === id)?.name
  return type === 'user' ? members.find(member => member.id === id)?.email : undefined
}

export function principalOf(of: string): { readonly type: 'user' | 'agent'; readonly id: string } {
  const [type, id] = of.split(':', 2)
  return id === undefined ? { type: 'user', id: of } : { type: type === 'agent' ? 'agent' : 'user', id }
}
