import { fileNameOf } from '../../../ui/data/download-button.tsx'
import { navigate } from '../../../ui/location.ts'
import { envFile, transactionCurl, transactionShell } from '../../../ui/one-time-key/lines.ts'
import { NewKey } from '../../../ui/one-time-key/new-key.tsx'
import { Snippet } from '../../../ui/one-time-key/snippet.tsx'
import type { Limits } from './limits.ts'
import type { Registered, SigningKey } from './registration.ts'
import { SendFirst } from './send-first.tsx'
import { trialsOf } from './trials.ts'

interface TakeKeyProps {
  signingKey: SigningKey
  registered: Registered
  limits: Limits
}

/** The last step: the key of the agent, once, and commands that send the simulated transactions. */
export function TakeKey({ signingKey, registered, limits }: TakeKeyProps) {
  const { chain, address } = signingKey
  const { agent, apiKey } = registered
  const [{ to, value }] = trialsOf(limits, address)
  const lines = { url: location.origin, variable: 'ONECLAW_AGENT_API_KEY', key: apiKey } as const
  const transaction = { agent: agent.id, chain: chain.name, to, value }
  return (
    <NewKey
      title="4. Key and commands"
      value={apiKey}
      file={{ name: fileNameOf(agent.name, '.env'), text: envFile(lines) }}
      snippets={
        <>
          <Snippet title="Command line" text={transactionShell(lines, transaction)} hide={apiKey} />
          <Snippet title="curl" text={transactionCurl(lines, transaction)} hide={apiKey} />
          <SendFirst signingKey={signingKey} registered={registered} transaction={{ to, value }} />
        </>
      }
      doneLabel="I’ve saved it; go to the agent"
      onDone={() => navigate(`/agents/${agent.id}`)}
    >
      <p>
        The key of {agent.name}. Copy it now: you won’t see it again. The commands send {value} {chain.native_currency} to{' '}
        {to === address ? 'its own address' : 'the first address that the agent can send to'}.
      </p>
      <dl className="facts">
        <dt>Agent id</dt>
        <dd>{agent.id}</dd>
      </dl>
    </NewKey>
  )
}
