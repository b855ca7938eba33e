import { isPattern, matches, pattern } from '../../../../../src/path-pattern.ts'

const SHOWN = 8

/**
 * The secrets that a pattern matches while it is typed. The rule is the server's.
 * @param paths those that the person may list
 */
export function Matches({ source, paths }: { source: string; paths: readonly string[] }) {
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
  if (all === 0) return 'You cannot list secrets here, so matches cannot be shown. The pattern also applies to future secrets.'
  if (source === '') return 'Type a pattern to see what it matches.'
  if (!valid) return 'Not a valid pattern yet. Try app/*/password or prod/**.'
  return `Matches ${matched} of the ${all} ${all === 1 ? 'secret' : 'secrets'} that you can list here.`
}
