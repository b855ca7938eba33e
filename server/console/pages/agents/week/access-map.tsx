import { linkHorizontal } from 'd3-shape'
import { pattern as compiled, matches } from '../../../../../src/path-pattern.ts'
import type { Reads } from './week.ts'

interface Rule {
  readonly id: string
  readonly vault_id: string
  readonly secret_path_pattern: string
}

interface AccessMapProps {
  name: string
  rules: readonly Rule[]
  reads: Reads['reads']
  vaultName(id: string): string
}

const ROW = 34
const WIDTH = 720
const COLUMNS = { who: 0, rule: 270, vault: 560 }
const MOST_RULES = 30

const curve = linkHorizontal<{ source: [number, number]; target: [number, number] }, [number, number]>()

/** How often each rule was used in 90 days: the reads of paths that it matches. */
export function readsUnder({ vault_id, secret_path_pattern }: Rule, reads: Reads['reads']): number {
  const granted = compiled(secret_path_pattern)
  return reads
    .filter(({ path, vault_id: vault }) => vault === vault_id && path !== undefined && matches(granted, path))
    .reduce((sum, { count }) => sum + count, 0)
}

/** Agent, rules and vaults, tied by what was read: the thicker, the more; dashed is "can, but never did". The table beside it is the truth. */
export function AccessMap({ name, rules, reads, vaultName }: AccessMapProps) {
  const shown = rules.slice(0, MOST_RULES)
  const used = shown.map(rule => readsUnder(rule, reads))
  const most = Math.max(1, ...used)
  const vaults = [...new Set(shown.map(({ vault_id }) => vault_id))]
  const height = Math.max(shown.length, vaults.length) * ROW + 10
  const at = (place: number, of: number) => (height / of) * (place + 0.5)
  const unused = used.filter(count => count === 0).length
  const caption = `${name} can reach ${vaults.length === 1 ? 'one vault' : `${vaults.length} vaults`} by ${
    shown.length === 1 ? 'one rule' : `${shown.length} rules`
  }${unused > 0 ? `; it read nothing by ${unused === shown.length ? 'any' : unused} of them in 90 days` : ''}.`
  return (
    <figure className="chart access-map">
      <figcaption className="chart-caption">
        <span>{caption}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={caption}>
        {shown.map((rule, place) => {
          const count = used[place] ?? 0
          const y = at(place, shown.length)
          const vault = at(vaults.indexOf(rule.vault_id), vaults.length)
          const line = count === 0 ? 'access-line access-never' : 'access-line'
          const thick = 1.5 + (count / most) * 5
          const from = curve({ source: [COLUMNS.who + 130, height / 2], target: [COLUMNS.rule - 6, y] })
          const to = curve({ source: [COLUMNS.rule + 200, y], target: [COLUMNS.vault - 6, vault] })
          return (
            <g key={rule.id}>
              <path className={line} d={from ?? ''} strokeWidth={thick} />
              <path className={line} d={to ?? ''} strokeWidth={thick} />
              <text className="access-text access-code" x={COLUMNS.rule} y={y + 5}>
                {cut(rule.secret_path_pattern, 22)}
                <title>{`${rule.secret_path_pattern}: ${count.toLocaleString()} reads in 90 days`}</title>
              </text>
            </g>
          )
        })}
        <text className="access-text" x={COLUMNS.who} y={height / 2 + 5}>
          {cut(name, 15)}
        </text>
        {vaults.map((id, place) => (
          <text key={id} className="access-text" x={COLUMNS.vault} y={at(place, vaults.length) + 5}>
            {cut(vaultName(id), 18)}
          </text>
        ))}
      </svg>
    </figure>
  )
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
