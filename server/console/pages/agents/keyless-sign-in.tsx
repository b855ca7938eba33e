import { Snippet } from '../../ui/one-time-key/snippet.tsx'
import type { Agent } from './agent.ts'

/** How an agent without a key gets its token. */
export function KeylessSignIn({ agent }: { agent: Agent }) {
  const url = `${location.origin}/v1/auth/agent-token`
  if (agent.auth_method === 'mtls') {
    return (
      <>
        <p>
          It has no key: it shows its client certificate, on a server that listens with TLS, and gets a token. Only a certificate
          with the fingerprint that you gave is allowed.
        </p>
        <Snippet
          title="A token for a certificate"
          text={[
            'curl -sS --cert client.pem --key client.key -H "Content-Type: application/json" \\',
            `-d '{"agent_id":"${agent.id}"}' \\`,
            url,
          ].join('\n')}
        />
      </>
    )
  }
  return (
    <>
      <p>
        It has no key. It presents a token of its platform, with this server as the audience, and receives a token of this server.
      </p>
      <Snippet
        title="A token for a token"
        text={[
          'curl -sS -H "Content-Type: application/json" \\',
          `-d "{\\"agent_id\\":\\"${agent.id}\\",\\"client_assertion\\":\\"$ID_TOKEN\\"}" \\`,
          url,
        ].join('\n')}
      />
    </>
  )
}
