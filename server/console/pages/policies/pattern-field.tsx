import { isPattern, matches, pattern } from '../../../../src/path-pattern.ts'
import { Field } from '../../ui/form/field.tsx'

interface PatternFieldProps {
  value: string
  onChange(value: string): void
  /** Paths of the vault that the person may list; `null` when none may be, absent while they are not known. */
  paths: readonly string[] | null | undefined
  error?: string | undefined
}

const SHOWN = 8

/** A path pattern, and what it matches as it is being typed. The rule is the one the server decides by. */
export function PatternField({ value, onChange, paths, error }: PatternFieldProps) {
  return (
    <>
      <Field
        label="Paths"
        name="secret_path_pattern"
        autoComplete="off"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        maxLength={600}
        required
        hint="* stands for one segment, ** for any number of them: app/*/password, prod/**"
        value={value}
        onChange={event => onChange(event.target.value)}
        error={error}
      />
      <Matches source={value.trim()} paths={paths} />
    </>
  )
}

function Matches({ source, paths }: { source: string; paths: readonly string[] | null | undefined }) {
  if (paths === undefined) return null
  if (paths === null) return <p className="quiet">You may read nothing here, so what it matches cannot be shown.</p>
  const valid = source !== '' && isPattern(source)
  const wanted = pattern(source)
  const matched = valid ? paths.filter(path => matches(wanted, path)) : []
  const more = matched.length - SHOWN
  return (
    <div className="matches">
      <p role="status">{verdict(source, valid, matched.length, paths.length)}</p>
      {matched.length > 0 && (
        <ul>
          {matched.slice(0, SHOWN).map(path => (
            <li key={path}>
              <code>{path}</code>
            </li>
          ))}
          {more > 0 && <li className="quiet">and {more} more</li>}
        </ul>
      )}
    </div>
  )
}

function verdict(source: string, valid: boolean, matched: number, all: number): string {
  if (source === '') return 'Type a pattern to see what it matches.'
  if (!valid) return 'This is no pattern yet: segments of letters, digits, _, . and -, or stars, joined by single slashes.'
  if (all === 0) return 'There is no secret here yet that you may read. It will hold for those to come.'
  return `Matches ${matched} of the ${all} ${all === 1 ? 'secret' : 'secrets'} that you may read here.`
}
