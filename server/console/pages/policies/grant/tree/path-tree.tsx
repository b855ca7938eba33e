import { useMemo, useState } from 'react'
import { isServers } from '../../../../address.ts'
import type { Directory } from '../../../../ui/people/names.tsx'
import type { Place } from '../place.ts'
import { Branch } from './branch.tsx'
import { useTreeKeys } from './keys.ts'
import { type Choice, ticked } from './ticks.ts'
import { TreeHere } from './tree-here.ts'
import { TreeItem } from './tree-item.tsx'

interface PathTreeProps {
  vaults: Directory['vaults']
  places: readonly Place[]
  onChange(places: readonly Place[]): void
}

/** Up to this number of vaults are open at first. */
const FEW = 4

/** Vaults, folders and secrets with boxes that make the lines of the form. The content of a folder is requested when it is opened. */
export function PathTree({ vaults: all, places, onChange }: PathTreeProps) {
  const vaults = all.filter(vault => !isServers(vault))
  const [at, setAt] = useState(vaults[0]?.id ?? '')
  const onKeyDown = useTreeKeys()
  const here = useMemo(
    () => ({ at, setAt, places, tick: (choice: Choice) => onChange(ticked(choice, places)) }),
    [at, places, onChange],
  )
  return (
    <TreeHere value={here}>
      <div className="tree" role="tree" aria-label="Vaults, folders and secrets" aria-multiselectable onKeyDown={onKeyDown}>
        {vaults.map(({ id, name }) => (
          <TreeItem
            key={id}
            choice={{ vault_id: id, kind: 'vault', path: '' }}
            name={name}
            isOpenAtFirst={vaults.length <= FEW}
            content={<Branch vaultId={id} folder="" level={2} />}
            level={1}
          />
        ))}
      </div>
    </TreeHere>
  )
}
