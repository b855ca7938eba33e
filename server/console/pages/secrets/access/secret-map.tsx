import type { Contract } from '../../../../../src/contract/all.ts'
import type { Access, End, Rule, Tie } from '../../../ui/chart/access/ties.ts'
import { AccessMap } from '../../picture.tsx'
import { type Entry, keyOf, type PolicyOf, RuleChain, reasonOf, termsOf } from './rule-chain.tsx'

type Summary = Contract['secrets.list']['reply']['secrets'][number]

interface SecretMapProps {
  caption: string
  secret: Pick<Summary, 'path' | 'version'>
  entries: readonly Entry[]
  onRemove(entry: Entry, policy: PolicyOf): void
}

/** More people and agents than this are only in the table. */
const MOST = 30

/** Who has access to one secret by which rule, and who used it. */
export function SecretMap({ caption, secret, entries, onRemove }: SecretMapProps) {
  const shown = entries.slice(0, MOST)
  return (
    <AccessMap
      caption={caption}
      access={accessTo(secret, shown)}
      chainOf={({ id }) => {
        const entry = shown.find(each => keyOf(each) === id)
        return entry && <RuleChain entry={entry} onRemove={policy => onRemove(entry, policy)} />
      }}
    />
  )
}

function accessTo({ path, version }: SecretMapProps['secret'], entries: readonly Entry[]): Access {
  const can = entries.filter(entry => entry.allowed || entry.policies.length > 0)
  const ties = can.flatMap(tiesOf)
  const rules = new Map(can.flatMap(entry => rulesOf(entry).map(rule => [rule.id, rule] as const)))
  return {
    who: can.map(endOf),
    rules: [...rules.values()],
    what: [{ id: 'secret', label: path, note: `v${version}` }],
    ties,
    former: entries.filter(entry => !can.includes(entry)).map(endOf),
  }
}

function endOf(entry: Entry): End {
  const { name, reads_90d: reads } = entry
  return { id: keyOf(entry), label: name, note: reads === undefined ? 'never' : `${reads.toLocaleString()}×` }
}

/** One policy is one rule for any number of people; anything else is a rule by its kind. */
function rulesOf(entry: Entry): Rule[] {
  const reason = reasonOf(entry)
  return [
    ...(entry.allowed && reason !== undefined ? [{ id: entry.rule, label: reason, inWords: true }] : []),
    ...entry.policies.map(policy => ({
      id: policy.policy_id,
      label: [policy.secret_path_pattern, ...termsOf(policy)].join(' · '),
    })),
  ]
}

/** Reads are counted by reader, not by rule: they are shown at the rule that decides. */
function tiesOf(entry: Entry): Tie[] {
  const decides = entry.allowed ? (entry.policy_id ?? entry.rule) : undefined
  const waiting = new Set(entry.policies.filter(({ holds }) => !holds).map(({ policy_id }) => policy_id))
  return rulesOf(entry).map(({ id }) => ({
    who: keyOf(entry),
    rule: id,
    what: 'secret',
    reads: id === decides ? (entry.reads_90d ?? 0) : 0,
    waits: waiting.has(id),
  }))
}
