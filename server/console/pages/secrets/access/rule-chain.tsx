import type { Contract } from '../../../../../src/contract/all.ts'
import { Path } from '../../../ui/data/path.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { inWords, limitsOf } from '../../policies/conditions.ts'
import { Until } from '../until.tsx'

export type Entry = Contract['policies.access']['reply']['principals'][number]
export type PolicyOf = Entry['policies'][number]

export const keyOf = ({ principal_type, principal_id }: Entry) => `${principal_type}:${principal_id}`

const REASONS: Readonly<Record<string, string>> = {
  creator: 'Made this vault',
  inactive: 'Paused or expired',
  'vault-ceiling': 'Confined to other vaults',
  'scope-ceiling': 'Its hard limits do not cover this path',
  'no-policy': 'No policy any more',
}

/** The deciding rule, if it is not a policy. */
export function reasonOf({ rule, policies }: Entry): string | undefined {
  return rule === 'policy' || (rule === 'no-policy' && policies.length > 0) ? undefined : REASONS[rule]
}

/** The chain of rules that gives somebody read access, or could; each with a way to remove it. */
export function RuleChain({ entry, onRemove }: { entry: Entry; onRemove(policy: PolicyOf): void }) {
  const reason = reasonOf(entry)
  return (
    <div className="rules">
      {reason && <span>{reason}</span>}
      {entry.policies.map(each => (
        <div key={each.policy_id} className="rule">
          <span>
            <Path>{each.secret_path_pattern}</Path> <Terms of={each} />
          </span>
          <Button kind="link" onClick={() => onRemove(each)}>
            Remove access
            <span className="only-heard">
              {' '}
              of {entry.name} to {each.secret_path_pattern}
            </span>
          </Button>
        </div>
      ))}
    </div>
  )
}

/** The conditions of a policy, each in words. */
export function termsOf({ conditions }: Pick<PolicyOf, 'conditions'>): string[] {
  const limits = limitsOf(conditions)
  return limits ? inWords(limits) : ['A condition that this page cannot show']
}

function Terms({ of }: { of: PolicyOf }) {
  const { expires_at, holds } = of
  const words = termsOf(of)
  return (
    <span className="quiet">
      {words.join(' · ')}
      {expires_at && (
        <>
          {words.length > 0 && ' · '}expires <Until instant={expires_at} />
        </>
      )}
      {!holds && ' · does not hold now'}
    </span>
  )
}
