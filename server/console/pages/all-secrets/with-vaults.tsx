import type { ReactNode } from 'react'
import { byName, isServers } from '../../address.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Link } from '../../ui/link.tsx'

export interface VaultToChoose {
  readonly id: string
  readonly name: string
}

interface WithVaultsProps {
  /** At least one. */
  children(vaults: readonly VaultToChoose[]): ReactNode
}

/** The vaults that a secret can be stored in; without one, how to create it. */
export function WithVaults({ children }: WithVaultsProps) {
  const vaults = useLoaded(client =>
    client.call('vaults.list').then(reply => reply.vaults.filter(vault => !isServers(vault)).toSorted(byName)),
  )
  return (
    <LoadedView of={vaults} what="the vaults">
      {found =>
        found.length === 0 ? (
          <p>
            No vaults yet. <Link to="/vaults?new=vault">Create one</Link> first.
          </p>
        ) : (
          children(found)
        )
      }
    </LoadedView>
  )
}
