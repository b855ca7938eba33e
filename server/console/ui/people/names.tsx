import { createContext, type ReactNode, useContext } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Breakable } from '../data/breakable.tsx'
import { type Loaded, useLoaded } from '../data/use-loaded.ts'

type Member = Contract['org.members']['reply']['members'][number]
type Agent = Contract['agents.list']['reply']['agents'][number]
type Vault = Contract['vaults.list']['reply']['vaults'][number]

/** Everybody and every vault that a name can be given for. */
export interface Directory {
  readonly members: readonly Member[]
  readonly agents: readonly Agent[]
  readonly vaults: readonly Vault[]
}

const EMPTY: Directory = { members: [], agents: [], vaults: [] }

const DirectoryContext = createContext<Loaded<Directory> | null>(null)

/** Loads who there is once, for every name inside. Without an answer, ids stand for the names. */
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

/** The same with how the loading of it stands; only inside of `NamesHere`. */
export function useDirectoryState(): Loaded<Directory> {
  const directory = useContext(DirectoryContext)
  if (!directory) throw new Error('There are no names here.')
  return directory
}

/** Members, agents and vaults of the organisation; nothing until they are loaded. */
export function useDirectory(): Directory {
  const state = useContext(DirectoryContext)?.state
  return state?.at === 'loaded' ? state.value : EMPTY
}

/** Whose name it is: `user:<uuid>` or `agent:<uuid>`, as the server writes an author. */
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

/** What people call a member, an agent or a vault; undefined when there is none, or no longer. */
export function nameIn({ members, agents, vaults }: Directory, type: string, id: string): string | undefined {
  if (type === 'vault') return vaults.find(vault => vault.id === id)?.name
  if (type === 'agent') return agents.find(agent => agent.id === id)?.name
  return type === 'user' ? members.find(member => member.id === id)?.email : undefined
}

export function principalOf(of: string): { readonly type: 'user' | 'agent'; readonly id: string } {
  const [type, id] = of.split(':', 2)
  return id === undefined ? { type: 'user', id: of } : { type: type === 'agent' ? 'agent' : 'user', id }
}
