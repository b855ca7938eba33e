import { useId, useState } from 'react'
import { Button } from '../../../ui/form/button.tsx'
import { ChoiceField } from '../../../ui/form/choice-field.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import type { Directory } from '../../../ui/people/names.tsx'
import { suggested } from '../suggested.ts'
import { Matches } from './matches.tsx'
import type { Paths, Place } from './place.ts'
import { PathTree } from './tree/path-tree.tsx'

interface PlaceFieldsProps {
  vaults: Directory['vaults']
  paths: Paths
  /** The paths are loaded. */
  known: boolean
  places: readonly Place[]
  onChange(places: readonly Place[]): void
  /** By the number of the line. */
  faultOf(line: number): string | undefined
}

/** Any number of lines, each a vault and a pattern, with its matches while it is typed. */
export function PlaceFields({ vaults, paths, known, places, onChange, faultOf }: PlaceFieldsProps) {
  const change = (key: number, part: Partial<Place>) =>
    onChange(places.map(place => (place.key === key ? { ...place, ...part } : place)))
  const add = () => {
    const last = places.at(-1)
    onChange([...places, { key: (last?.key ?? 0) + 1, vault_id: last?.vault_id ?? vaults[0]?.id ?? '', pattern: '' }])
  }
  const [isTreeOpen, setTreeOpen] = useState(false)
  const tree = useId()
  return (
    <fieldset className="choices places">
      <legend>What</legend>
      <div className="actions">
        <Button aria-expanded={isTreeOpen} aria-controls={tree} onClick={() => setTreeOpen(!isTreeOpen)}>
          Choose from a tree
        </Button>
      </div>
      <div id={tree} hidden={!isTreeOpen}>
        {isTreeOpen && <PathTree vaults={vaults} places={places} onChange={onChange} />}
      </div>
      {places.map((place, line) => (
        <div key={place.key} className="place">
          <ChoiceField
            label={`Vault${ordinal(line)}`}
            name={`vault-${line}`}
            choices={vaults.map(({ id, name }) => ({ value: id, label: name }))}
            value={place.vault_id}
            onChange={vault_id => change(place.key, { vault_id, isPicked: false })}
          />
          <Field
            label={`Paths${ordinal(line)}`}
            name={`paths-${line}`}
            {...EXACT}
            maxLength={600}
            required
            list={`paths-of-${place.key}`}
            placeholder={paths.get(place.vault_id)?.[0]}
            hint={line === 0 ? '* stands for one segment, ** for any number of them.' : undefined}
            value={place.pattern}
            onChange={event => change(place.key, { pattern: event.target.value, isPicked: false })}
            error={faultOf(line)}
          />
          <datalist id={`paths-of-${place.key}`}>
            {suggestionsFor(paths.get(place.vault_id) ?? [], place.pattern).map(path => (
              <option key={path} value={path} />
            ))}
          </datalist>
          {known && <Matches source={place.pattern.trim()} paths={paths.get(place.vault_id) ?? []} />}
          {places.length > 1 && (
            <Button kind="link" onClick={() => onChange(places.filter(({ key }) => key !== place.key))}>
              Remove<span className="only-heard"> the line {line + 1}</span>
            </Button>
          )}
        </div>
      ))}
      <div className="actions">
        <Button onClick={add}>Add path</Button>
      </div>
    </fieldset>
  )
}

function ordinal(line: number): string {
  return line === 0 ? '' : ` (${line + 1})`
}

/** Folders as patterns, then the paths themselves; those that contain the typed text. */
function suggestionsFor(paths: readonly string[], typed: string): string[] {
  const folders = new Set(paths.filter(path => path.includes('/')).map(path => `${path.slice(0, path.lastIndexOf('/'))}/**`))
  return suggested([...folders, ...paths], typed)
}
