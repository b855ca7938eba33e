import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { EXACT } from './exact.ts'
import type { Ties } from './labelled.tsx'

/** An option. */
export interface Choice {
  readonly value: string
  readonly label: string
  /** The heading of its group. */
  readonly group?: string
}

interface SearchedChoiceProps {
  ties: Ties
  label: string
  name: string
  choices: readonly Choice[]
  value: string
  onChange(value: string): void
}

/** The maximum number of listed options; a longer word finds the others. */
const MOST = 50

/** A field that lists the options with the typed words. The focus stays in the field; arrows choose, Enter takes, Escape closes the list. */
export function SearchedChoice({ ties, label, name, choices, value, onChange }: SearchedChoiceProps) {
  const chosen = choices.find(each => each.value === value)
  const [text, setText] = useState<string | null>(null)
  const [at, goTo] = useState(0)
  const current = useRef<HTMLDivElement>(null)
  const isOpen = text !== null
  const found = isOpen ? matching(choices, text) : []
  const shown = found.slice(0, MOST)
  const here = Math.min(at, Math.max(0, shown.length - 1))
  const list = `${ties.id}-list`
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' })
  })

  const open = (words: string) => {
    setText(words)
    goTo(0)
  }
  const take = (choice: Choice) => {
    onChange(choice.value)
    setText(null)
  }
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const choice = shown[here]
    if (step !== undefined && !isOpen) open('')
    else if (step !== undefined && shown.length > 0) goTo((here + step + shown.length) % shown.length)
    else if (event.key === 'Enter' && isOpen && choice) take(choice)
    else if (event.key === 'Escape' && isOpen) setText(null)
    else return
    // The form and dialog around the field must not react to the key.
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div className="searched">
      <input type="hidden" name={name} value={value} />
      <div className="field-frame">
        <input
          {...ties}
          type="text"
          role="combobox"
          {...EXACT}
          maxLength={200}
          placeholder={`Search ${choices.length.toLocaleString()}…`}
          aria-expanded={isOpen}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown.length > 0 ? `${list}-${here}` : undefined}
          value={text ?? chosen?.label ?? ''}
          // Typing replaces the chosen option.
          onFocus={event => event.target.select()}
          onClick={() => isOpen || open('')}
          onChange={event => open(event.target.value)}
          onBlur={() => {
            const [only, ...others] = text ? found : []
            if (only && others.length === 0) take(only)
            else setText(null)
          }}
          onKeyDown={press}
        />
      </div>
      <div className="searched-list" role="listbox" id={list} aria-label={label} hidden={shown.length === 0}>
        {shown.map((choice, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus, and refers to the chosen option.
          <div
            key={choice.value}
            id={`${list}-${place}`}
            ref={place === here ? current : null}
            className="result"
            role="option"
            aria-selected={place === here}
            // Otherwise the field would lose the focus before the click.
            onMouseDown={event => {
              event.preventDefault()
              take(choice)
            }}
          >
            <span className="result-label">{choice.label}</span>
            {choice.group && <span className="result-about">{choice.group}</span>}
          </div>
        ))}
      </div>
      <p className="field-hint" role="status">
        {isOpen ? foundWords(found.length, text) : ''}
      </p>
    </div>
  )
}

function matching(choices: readonly Choice[], text: string): readonly Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return choices.filter(({ label }) => words.every(word => label.toLowerCase().includes(word)))
}

function foundWords(count: number, text: string): string {
  if (count === 0) return `Nothing matches “${text.trim()}”.`
  return count > MOST ? `${count.toLocaleString()} match; the first ${MOST} are listed.` : `${count} listed.`
}
