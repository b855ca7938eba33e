import { type MouseEvent, useEffect, useRef } from 'react'
import type { Entry, Shown } from './entry.ts'

interface ResultsProps {
  /** The search field refers to them by ids with this prefix. */
  id: string
  shown: readonly Shown[]
  current: Entry | undefined
  onGo(entry: Entry, apart: boolean): void
}

/** The results of a search, in groups. The focus stays in the field, which says which one is selected. */
export function Results({ id, shown, current, onGo }: ResultsProps) {
  const chosen = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (current) chosen.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    <div className="results" role="listbox" id={`${id}-list`} aria-label="Results">
      {shown.map(({ group, entries }) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for entries of a form.
        <div key={group} role="group" aria-label={group}>
          <div className="results-group" aria-hidden="true">
            {group}
          </div>
          {entries.map(entry => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus, and refers to the chosen result.
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field.
            <div
              key={entry.id}
              id={`${id} ${entry.id}`.replaceAll(' ', '-')}
              ref={entry === current ? chosen : null}
              className="result"
              role="option"
              aria-selected={entry === current}
              onClick={(event: MouseEvent) => onGo(entry, event.ctrlKey || event.metaKey)}
            >
              <span className="result-label">{entry.label}</span>
              {entry.about && <span className="result-about">{entry.about}</span>}
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
