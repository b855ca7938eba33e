import type { Client } from '../../../../../src/client/client.ts'
import { explain, problemOf } from '../../../failure.ts'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'

/** An agent that was registered here, with its key for as long as the page stays open. */
export interface Registered {
  readonly id: string
  readonly name: string
  readonly key: string | undefined
  /** Why the grant failed. */
  readonly refused: string | undefined
}

interface AgentStepProps {
  /** The path that it should read. */
  secret: { readonly vault: string; readonly path: string } | undefined
  onDone(registered: Registered): Promise<void>
}

/** An agent that can read one path. */
export function AgentStep({ secret, onDone }: AgentStepProps) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name', 'secret_path_pattern'],
    check: entry => {
      const name = entry('name').trim() === '' ? 'Enter a name.' : undefined
      const path = entry('secret_path_pattern').trim() === '' ? 'Enter the path that it can read.' : undefined
      return name || path ? { fields: { name, secret_path_pattern: path } } : null
    },
    send: async (client, entry) => {
      const { agent, api_key: key } = await client.call('agents.register', { body: { name: entry('name').trim() } })
      const pattern = entry('secret_path_pattern').trim()
      // The agent exists from here on, and its key is shown now or never: a failed policy is reported next to it.
      const refused = secret && (await refusalOf(client, secret.vault, agent.id, pattern))
      await onDone({ id: agent.id, name: agent.name, key, refused })
    },
  })
  if (!secret) return <p className="quiet">Store a secret first.</p>
  return (
    <form ref={ref} onSubmit={onSubmit} noValidate>
      <Alert>{failure?.message}</Alert>
      <div className="form-row">
        <Field
          label="Name"
          name="name"
          defaultValue="deployer"
          autoComplete="off"
          maxLength={255}
          error={failure?.fields?.['name']}
        />
        <Field
          label="Can read"
          name="secret_path_pattern"
          defaultValue={secret.path}
          {...EXACT}
          maxLength={512}
          error={failure?.fields?.['secret_path_pattern']}
        />
      </div>
      <Button kind="primary" type="submit" busy={busy}>
        Register agent
      </Button>
    </form>
  )
}

/** Grants the agent the path, or returns why not. */
async function refusalOf(client: Client, vault_id: string, agent: string, pattern: string): Promise<string | undefined> {
  const granted = { secret_path_pattern: pattern, permissions: ['read' as const] }
  try {
    const body = { ...granted, principal_type: 'agent' as const, principal_id: agent }
    await client.call('policies.create', { params: { vault_id }, body })
  } catch (thrown) {
    return explain(problemOf(thrown))
  }
  return undefined
}
