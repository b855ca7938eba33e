import { type ReactNode, useState } from 'react'
import { useLoaded } from '../../../../ui/data/use-loaded.ts'
import { type Child, childrenIn, type PageStart } from './children.ts'
import { focused, Part, TreeItem } from './tree-item.tsx'

interface BranchProps {
  vaultId: string
  /** `''` is the vault itself. */
  folder: string
  level: number
  start?: PageStart
  /** Its first item takes the focus: the person asked for this page from the tree. */
  takesFocus?: boolean
}

const FIRST: PageStart = {}

/** One page of a folder and, on request, the next one below it. */
export function Branch({ vaultId, folder, level, start = FIRST, takesFocus = false }: BranchProps) {
  const { state, reload } = useLoaded(client => childrenIn(client, vaultId, folder, start))
  const [goesOn, setGoesOn] = useState(false)
  const note = (text: string, onPress?: () => void) => (
    <Note level={level} takesFocus={takesFocus} onPress={onPress} isWaiting={state.at === 'loading'}>
      {text}
    </Note>
  )
  if (state.at === 'loading') return note('Loading…')
  if (state.at === 'failed') {
    return state.problem.code === 'policy.denied'
      ? note('You cannot list secrets here. Type the paths instead.')
      : note(`${state.message} Try again`, () => void reload())
  }
  const { children, next_cursor: cursor } = state.value
  if (children.length === 0 && cursor === undefined) return note('Nothing here that you can read.')
  const last = children.at(-1) ?? start.last
  return (
    <>
      {children.map((child, place) => (
        <TreeItem
          key={`${child.kind} ${child.path}`}
          choice={{ vault_id: vaultId, kind: child.kind, path: child.path }}
          name={child.name}
          level={level}
          content={contentOf(child, vaultId, level)}
          takesFocus={takesFocus && place === 0}
        />
      ))}
      {cursor !== undefined &&
        (goesOn ? (
          <Branch vaultId={vaultId} folder={folder} level={level} start={{ cursor, last }} takesFocus />
        ) : (
          <Note level={level} takesFocus={takesFocus && children.length === 0} onPress={() => setGoesOn(true)}>
            Show more
          </Note>
        ))}
    </>
  )
}

function contentOf({ kind, path }: Child, vaultId: string, level: number): ReactNode {
  return kind === 'folder' ? <Branch vaultId={vaultId} folder={path} level={level + 1} /> : undefined
}

interface NoteProps {
  level: number
  takesFocus: boolean
  /** What Enter, the space bar and a click do. */
  onPress?: (() => void) | undefined
  /** It is replaced when the server has answered: the arrows pass over it. */
  isWaiting?: boolean
  children: string
}

/** An item that is none of the folder: what it waits for, why it has nothing, or the next step. */
function Note({ level, takesFocus, onPress, isWaiting = false, children }: NoteProps) {
  return (
    <div
      className="tree-row tree-note"
      role="treeitem"
      aria-label={children}
      aria-level={level}
      aria-disabled={onPress ? undefined : true}
      data-waiting={isWaiting || undefined}
      tabIndex={-1}
      ref={takesFocus ? focused : undefined}
    >
      <Part className={onPress ? 'tree-more' : 'quiet'} does="tick" onPress={onPress}>
        {children}
      </Part>
    </div>
  )
}
