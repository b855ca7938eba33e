import { type ReactNode, useState } from 'react'
import { Icon } from '../../../../ui/icon.tsx'
import { type Choice, type Tick, tickOf } from './ticks.ts'
import { useTree } from './tree-here.ts'

interface TreeItemProps {
  choice: Choice
  name: string
  level: number
  isOpenAtFirst?: boolean
  /** What is in it; absent for a secret. */
  content?: ReactNode
  /** It takes the focus when it appears. */
  takesFocus?: boolean
}

/** A vault, a folder or a secret, with its box. A click on the box ticks it; a click on the name opens what can be opened. */
export function TreeItem({ choice, name, level, isOpenAtFirst = false, content, takesFocus = false }: TreeItemProps) {
  const { at, setAt, places, tick } = useTree()
  const [isOpen, setOpen] = useState(isOpenAtFirst)
  const key = choice.path === '' ? choice.vault_id : `${choice.vault_id} ${choice.kind} ${choice.path}`
  const state = tickOf(choice, places)
  const canOpen = content !== undefined
  const toggle = () => setOpen(!isOpen)
  const change = () => {
    if (state !== 'included') tick(choice)
  }
  const label = choice.kind === 'folder' ? `${name}/` : name
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the tree's. */}
      <div
        className="tree-row"
        role="treeitem"
        aria-label={label}
        aria-level={level}
        aria-expanded={canOpen ? isOpen : undefined}
        aria-checked={state === 'included' ? true : state}
        aria-disabled={state === 'included' || undefined}
        tabIndex={at === key ? 0 : -1}
        ref={takesFocus ? focused : undefined}
        onFocus={() => setAt(key)}
        onClick={event => event.currentTarget.focus()}
      >
        <Part className={isOpen ? 'tree-arrow tree-open' : 'tree-arrow'} does="open" onPress={canOpen ? toggle : undefined} />
        <Part className="tree-tick" does="tick" onPress={change}>
          <Box state={state} />
        </Part>
        <Part className="tree-name" onPress={canOpen ? toggle : change}>
          <Icon name={choice.kind} />
          {label}
        </Part>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for entries of a form. */}
      {canOpen && isOpen && <div role="group">{content}</div>}
    </>
  )
}

interface PartProps {
  className: string
  /** Which keys of the tree press it: those that open an item, or those that tick it. */
  does?: 'open' | 'tick'
  onPress: (() => void) | undefined
  children?: ReactNode
}

/** A part of an item that does something of its own when it is clicked. */
export function Part({ className, does, onPress, children }: PartProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the keys are the tree's, the item has the role.
    <span className={className} data-part={onPress && does} onClick={onPress}>
      {children}
    </span>
  )
}

/** The state as a picture. For screen readers, the item itself says that it is ticked. */
function Box({ state }: { state: Tick }) {
  return (
    <svg className={state ? 'tree-box tree-box-on' : 'tree-box'} viewBox="0 0 16 16" aria-hidden="true">
      <rect x="1" y="1" width="14" height="14" rx="3" />
      {state && <path d={state === 'mixed' ? 'M4.5 8h7' : 'M4 8.5 7 11l5-6'} />}
    </svg>
  )
}

/** For the `ref` of what takes the focus when it appears. */
export function focused(element: HTMLElement | null) {
  element?.focus()
}
