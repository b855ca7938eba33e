import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { navigate } from '../../ui/location.ts'
import { entriesOf } from './entries.ts'
import { type Entry, shownAtFirst, shownFor } from './entry.ts'
import { Results } from './results.tsx'
import { type Names, useNames } from './use-names.ts'
import { useRecent } from './use-recent.ts'

/** The search over everything: a button in the frame, and a dialog that Ctrl K, ⌘K or / opens from any page. */
export function Palette({ pathname }: { pathname: string }) {
  const [open, setOpen] = useState(false)
  const [names, refresh] = useNames()
  const recent = useRecent(pathname)
  const show = () => {
    refresh()
    setOpen(true)
  }
  useShortcut(show)
  return (
    <>
      <button type="button" className="search-button" aria-keyshortcuts="Control+K Meta+K /" onClick={show}>
        Search <kbd>{SHORTCUT}</kbd>
      </button>
      {open && (
        <Dialog title="Search" onClose={() => setOpen(false)}>
          <Search names={names} recent={recent} onClose={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  )
}

const SHORTCUT = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'

/** Not while a dialog is open, and not for letters typed into a field. */
function useShortcut(show: () => void): void {
  const latest = useRef(show)
  latest.current = show
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, select, textarea') !== null
      const asked =
        event.key.toLowerCase() === 'k' ? event.ctrlKey || event.metaKey : event.key === '/' && !typing && !event.ctrlKey
      if (!asked || event.altKey || document.querySelector('dialog[open]')) return
      event.preventDefault()
      latest.current()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

interface SearchProps {
  names: Names
  recent: readonly Entry[]
  onClose(): void
}

function Search({ names, recent, onClose }: SearchProps) {
  const { account } = useSignedIn()
  const announce = useAnnounce()
  const id = useId()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text)
  const entries = useMemo(() => entriesOf(names.found, account), [names.found, account])
  const shown = useMemo(
    () => (wanted.trim() === '' ? shownAtFirst(recent, entries) : shownFor(wanted, entries)),
    [wanted, entries, recent],
  )
  const list = shown.flatMap(group => group.entries)
  const [chosen, choose] = useState({ at: 0, of: wanted })
  // New results: the best one is selected.
  const at = chosen.of === wanted ? Math.min(chosen.at, Math.max(0, list.length - 1)) : 0
  const current = list[at]

  const go = (entry: Entry, apart = false) => {
    if (apart) return void window.open(entry.to, '_blank', 'noopener')
    onClose()
    navigate(entry.to)
  }
  const copy = async (entry: Entry) => {
    if (entry.reference === undefined) return
    await navigator.clipboard.writeText(entry.reference).then(
      () => announce(`Copied the reference ${entry.reference}.`),
      () => announce('The browser did not allow copying.'),
    )
  }
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const apart = event.ctrlKey || event.metaKey
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined && list.length > 0) choose({ at: (at + step + list.length) % list.length, of: wanted })
    else if (event.key === 'Enter' && current) go(current, apart)
    else if (apart && event.key.toLowerCase() === 'c' && current?.reference && !marked(event.currentTarget)) void copy(current)
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className="field">
        <label className="only-heard" htmlFor={`${id}-text`}>
          Search secrets, vaults, agents, people, policies and pages
        </label>
        <div className="field-frame">
          <input
            id={`${id}-text`}
            name="search"
            type="text"
            role="combobox"
            {...EXACT}
            maxLength={64}
            placeholder="Secret, vault, agent, page …"
            aria-expanded={list.length > 0}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={current && `${id} ${current.id}`.replaceAll(' ', '-')}
            value={text}
            onChange={event => setText(event.target.value)}
            onKeyDown={press}
          />
        </div>
      </div>
      <Alert>{names.failure}</Alert>
      <Results id={id} shown={shown} current={current} onGo={go} />
      <p className="quiet search-status" role="status">
        {statusOf(names, wanted, list.length)}
      </p>
      <p className="quiet search-keys" aria-hidden="true">
        <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> open · <kbd>{CTRL} Enter</kbd> in a new tab · <kbd>{CTRL} C</kbd> copy
        a secret’s reference
      </p>
    </>
  )
}

const CTRL = SHORTCUT.startsWith('⌘') ? '⌘' : 'Ctrl'

function marked({ selectionStart, selectionEnd }: HTMLInputElement): boolean {
  return selectionStart !== selectionEnd
}

function statusOf({ loading, more, found }: Names, text: string, count: number): string {
  if (loading && found.length === 0) return 'Loading names…'
  if (text.trim() === '') return ''
  const all = more
    ? ` Only the first ${found.length.toLocaleString()} names are searched here; 1claw find searches all of them.`
    : ''
  if (count === 0) return `Nothing matches “${text.trim()}”.${all}`
  return `${count} ${count === 1 ? 'result' : 'results'}.${all}`
}
