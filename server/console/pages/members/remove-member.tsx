import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { NewKey } from '../../ui/one-time-key/new-key.tsx'
import type { Member } from './member.ts'

interface RemoveMemberProps {
  member: Member
  onClose(): void
  onDone(): Promise<void>
}

type Seen = Contract['org.member-agent-keys']['reply']['agents']
type AgentKeys = NonNullable<Contract['org.remove-member']['query']['agent_keys']>
type Rotated = NonNullable<Contract['org.remove-member']['reply']>['agents']

/** Asks before a member is removed, and what to do with the agents whose keys they have seen. */
export function RemoveMember({ member, onClose, onDone }: RemoveMemberProps) {
  const { account, session } = useSignedIn()
  const announce = useAnnounce()
  const [how, choose] = useState<AgentKeys>('keep')
  const [rotated, setRotated] = useState<Rotated>([])
  const params = { user_id: member.id }
  const seen = useLoaded(client => client.call('org.member-agent-keys', { params }).then(reply => reply.agents))
  const isSelf = member.id === account.id
  const action = useAction(async client => {
    const reply = await client.call('org.remove-member', { params, query: { agent_keys: how } })
    if (reply && reply.agents.length > 0) setRotated(reply.agents)
    else await done()
  })
  const done = async () => {
    onClose()
    if (isSelf) return session.startOver('You have left the organisation. Sign in to continue in another one.')
    announce(`${member.email} is removed.`)
    await onDone()
  }
  if (rotated.length > 0) return <NewKeys agents={rotated} onDone={done} />
  const title = isSelf ? 'Leave the organisation?' : `Remove ${member.display_name ?? member.email}?`
  return (
    <Confirm title={title} verb={isSelf ? 'Leave' : 'Remove'} action={action} onDone={() => {}} onClose={onClose}>
      <p>
        {isSelf ? 'Your' : 'Their'} sessions, API keys and policies in this organisation end at once. The account remains, with an
        organisation of its own if it has no other.
      </p>
      <LoadedView of={seen} what="the agents whose keys they have seen">
        {agents => (agents.length === 0 ? null : <SeenKeys agents={agents} how={how} choose={choose} />)}
      </LoadedView>
    </Confirm>
  )
}

interface SeenKeysProps {
  agents: Seen
  how: AgentKeys
  choose(how: AgentKeys): void
}

const SHOWN = 10

function SeenKeys({ agents, how, choose }: SeenKeysProps) {
  return (
    <>
      <p>
        {agents.length === 1 ? 'The key of one agent has' : `The keys of ${agents.length} agents have`} been shown to this person,
        and can be used by anyone who kept {agents.length === 1 ? 'it' : 'them'}:
      </p>
      <ul>
        {agents.slice(0, SHOWN).map(({ id, name, is_active }) => (
          <li key={id}>
            {name}
            {!is_active && ' (switched off)'}
          </li>
        ))}
        {agents.length > SHOWN && <li>and {agents.length - SHOWN} more</li>}
      </ul>
      <SelectField label="These keys" value={how} onChange={event => choose(event.target.value as AgentKeys)}>
        <option value="keep">Keep</option>
        <option value="rotate">Rotate: the new keys are shown to you</option>
        <option value="deactivate">Pause the agents</option>
      </SelectField>
    </>
  )
}

function NewKeys({ agents, onDone }: { agents: Rotated; onDone(): Promise<void> }) {
  const text = agents.map(({ name, api_key }) => `${name}\t${api_key}`).join('\n')
  return (
    <Dialog title="Member removed" onClose={onDone}>
      <NewKey
        title="New keys of the agents"
        value={text}
        file={{ name: 'agent-keys.txt', text: `${text}\n` }}
        snippets={null}
        doneLabel="Done"
        onDone={onDone}
      >
        <p>The old keys no longer work. The new ones are shown only once.</p>
      </NewKey>
    </Dialog>
  )
}
