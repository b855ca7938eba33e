import type { Access } from '../../ui/access/grant-fields.tsx'
import { CLEAR_SECONDS, CopyButton } from '../../ui/data/copy-button.tsx'
import { DownloadButton, fileNameOf } from '../../ui/data/download-button.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { navigate } from '../../ui/location.ts'
import { Mark } from '../../ui/mark.tsx'
import { envFile } from '../../ui/one-time-key/lines.ts'
import { KeySnippets } from '../agents/key-snippets.tsx'
import type { Approved } from './status.ts'

/** The agent's credentials, for as long as the page stays open. */
export function Credentials({ approved: { agent, api_key: key }, access }: { approved: Approved; access: Access | undefined }) {
  return (
    <>
      <Mark kind="done" />
      <Heading>Agent approved</Heading>
      <p>
        Give these to the agent. Copy the key now: you won’t see it again here. If this server sends mail, you also get it by
        e-mail. Anyone who has it can act as the agent.
      </p>
      <dl className="facts">
        <dt>Name</dt>
        <dd>{agent.name}</dd>
        <dt>Agent id</dt>
        <dd>{agent.id}</dd>
      </dl>
      <pre className="shared-value">{key}</pre>
      <div className="actions">
        <CopyButton kind="primary" text={key} what="the key" clearAfter={CLEAR_SECONDS} />
        <DownloadButton
          name={fileNameOf(agent.name, '.env')}
          text={envFile({ url: location.origin, variable: 'ONECLAW_AGENT_API_KEY', key })}
          what="the key"
        />
      </div>
      <h2>Commands</h2>
      <KeySnippets apiKey={key} access={access} />
      <div className="actions">
        <Button onClick={() => navigate(`/agents/${agent.id}`)}>I’ve saved it; go to the agent</Button>
      </div>
    </>
  )
}
