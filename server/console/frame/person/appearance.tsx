import { useEffect, useState } from 'react'
import { applyKept, KEPT_AS } from './kept.ts'

const CHOICES = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const

type Choice = (typeof CHOICES)[number][0]

/** Light, dark, or the system's setting; stored in this browser, and followed by its other tabs. */
export function Appearance() {
  const [choice, setChoice] = useState(shownNow)
  useEffect(() => {
    const follow = ({ key }: StorageEvent) => {
      if (key !== KEPT_AS && key !== null) return
      applyKept(KEPT_AS)
      setChoice(shownNow())
    }
    addEventListener('storage', follow)
    return () => removeEventListener('storage', follow)
  }, [])
  const choose = (next: Choice) => {
    keep(next)
    setChoice(next)
  }
  return (
    <fieldset className="appearance">
      <legend>Appearance</legend>
      {CHOICES.map(([value, label]) => (
        <label key={value}>
          <input
            type="radio"
            name="appearance"
            autoComplete="off"
            value={value}
            checked={choice === value}
            onChange={() => choose(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}

function shownNow(): Choice {
  const chosen = document.documentElement.dataset['appearance']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

function keep(choice: Choice): void {
  try {
    if (choice === 'system') localStorage.removeItem(KEPT_AS)
    else localStorage.setItem(KEPT_AS, choice)
    applyKept(KEPT_AS)
  } catch {
    // This browser stores nothing: the choice applies to this page only.
    if (choice === 'system') delete document.documentElement.dataset['appearance']
    else document.documentElement.dataset['appearance'] = choice
  }
}
