import { useAnnounce } from '../../ui/data/announcement.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Check } from '../../ui/form/check.tsx'
import { Field } from '../../ui/form/field.tsx'
import { Panel } from '../../ui/layout/panel.tsx'

const AGENTS_CAN_OWN = 'agents.can_own_vaults'

/** The organisation's own settings. */
export function OrgSettings() {
  const settings = useLoaded(client => client.call('org.settings'), '', { until: 'nothing' })
  return (
    <Panel title="Organisation">
      <LoadedView of={settings} what="the settings">
        {({ name, [AGENTS_CAN_OWN]: agentsCanOwn }) => <Choices name={name} agentsCanOwn={agentsCanOwn} />}
      </LoadedView>
    </Panel>
  )
}

function Choices({ name, agentsCanOwn }: { name: string; agentsCanOwn: boolean }) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name'],
    check: entry => (entry('name').trim() ? null : { fields: { name: 'Enter a name.' } }),
    send: async (client, entry) => {
      await client.call('org.change-settings', {
        body: { name: entry('name'), [AGENTS_CAN_OWN]: entry(AGENTS_CAN_OWN) === 'on' },
      })
      announce('The settings are saved.')
    },
  })
  return (
    <form ref={ref} onSubmit={onSubmit} noValidate>
      <Alert>{failure?.message}</Alert>
      <Field
        label="Name"
        name="name"
        autoComplete="organization"
        maxLength={255}
        required
        defaultValue={name}
        hint="Shown in invitations."
        error={failure?.fields?.['name']}
      />
      <Check
        label="Agents can create vaults of their own"
        name={AGENTS_CAN_OWN}
        checked={agentsCanOwn}
        hint="An agent can access everything in a vault that it created, and manages the policies of that vault."
      />
      <Button kind="primary" type="submit" busy={busy}>
        Save
      </Button>
    </form>
  )
}
