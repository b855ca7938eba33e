import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import { FieldGroup } from '../../../ui/form/field-group.tsx'
import { SelectField } from '../../../ui/form/select-field.tsx'
import type { Failure } from '../../../ui/form/submission.ts'
import { type Agent, type AuthMethod, METHODS } from '../agent.ts'

interface SignInFieldsProps {
  /** The agent to change: its sign-in method cannot change. */
  agent?: Agent | undefined
  method: AuthMethod
  faults: Failure['fields'] | undefined
  onMethod(method: AuthMethod): void
}

const METHOD_NAMES = ['api_key', 'mtls', 'oidc_client_credentials'] as const satisfies readonly AuthMethod[]

const LIFETIMES = [
  { seconds: 300, label: '5 minutes' },
  { seconds: 900, label: '15 minutes' },
  { seconds: 3_600, label: 'An hour' },
  { seconds: 28_800, label: '8 hours' },
  { seconds: 86_400, label: 'A day' },
] as const

const HINTS: Readonly<Record<AuthMethod, string>> = {
  api_key: 'The agent gets a key, shown once.',
  mtls: 'It shows a client certificate when it connects, and needs no key.',
  oidc_client_credentials: 'A CI job or a workload signs in with a token of its platform, and needs no key.',
}

/** How an agent signs in, and how long its tokens live. */
export function SignInFields({ agent, method, faults, onMethod }: SignInFieldsProps) {
  return (
    <FieldGroup legend="How it signs in">
      {!agent && (
        <SelectField
          label="Authentication"
          name="auth_method"
          value={method}
          hint={HINTS[method]}
          onChange={event => onMethod(METHOD_NAMES.find(name => name === event.currentTarget.value) ?? 'api_key')}
        >
          {METHOD_NAMES.map(name => (
            <option key={name} value={name}>
              {METHODS[name]}
            </option>
          ))}
        </SelectField>
      )}
      {method === 'mtls' && (
        <Field
          label="Fingerprint of its certificate"
          name="client_cert_fingerprint"
          {...EXACT}
          maxLength={128}
          required
          defaultValue={agent?.client_cert_fingerprint}
          hint="SHA-256, in hexadecimal."
          error={faults?.['client_cert_fingerprint']}
        />
      )}
      {method === 'oidc_client_credentials' && <OidcFields agent={agent} faults={faults} />}
      <Lifetime seconds={agent?.token_ttl_seconds} error={faults?.['token_ttl_seconds']} />
    </FieldGroup>
  )
}

function OidcFields({ agent, faults }: Pick<SignInFieldsProps, 'agent' | 'faults'>) {
  return (
    <>
      <Field
        label="Issuer"
        name="oidc_issuer"
        inputMode="url"
        {...EXACT}
        placeholder="https://token.actions.githubusercontent.com"
        maxLength={512}
        required
        defaultValue={agent?.oidc_issuer}
        hint="The operator of this server must allow this issuer."
        error={faults?.['oidc_issuer']}
      />
      <Field
        label="Client id"
        name="oidc_client_id"
        {...EXACT}
        placeholder="repo:example/app:ref:refs/heads/main"
        maxLength={255}
        required
        defaultValue={agent?.oidc_client_id}
        hint="The sub, azp or client_id claim of the token."
        error={faults?.['oidc_client_id']}
      />
    </>
  )
}

/** Common lifetimes, and the agent's own if it is a different one. */
function Lifetime({ seconds, error }: { seconds: number | undefined; error: string | undefined }) {
  const uncommon = seconds !== undefined && !LIFETIMES.some(each => each.seconds === seconds)
  return (
    <SelectField
      label="Token lifetime"
      name="token_ttl_seconds"
      defaultValue={seconds ?? ''}
      hint="Limits how long a stolen token works."
      error={error}
    >
      <option value="">Server default (1 hour)</option>
      {uncommon && <option value={seconds}>{seconds} seconds</option>}
      {LIFETIMES.map(each => (
        <option key={each.seconds} value={each.seconds}>
          {each.label}
        </option>
      ))}
    </SelectField>
  )
}
