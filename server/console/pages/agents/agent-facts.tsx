import { vaultAddress } from '../../address.ts'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { useNow } from '../../ui/use-now.ts'
import { type Agent, METHODS } from './agent.ts'
import { StatusBadges } from './status-badges.tsx'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** The fields of an agent, and its ceilings. */
export function AgentFacts({ agent }: { agent: Agent }) {
  const now = new Date(useNow(60_000))
  return (
    <Panel title="Details">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <StatusBadges agent={agent} now={now} />
        </dd>
        {agent.description && <dt>Description</dt>}
        {agent.description && <dd>{agent.description}</dd>}
        <dt>Agent id</dt>
        <dd className="with-button">
          <code>{agent.id}</code>
          <CopyButton text={agent.id} what="the agent id" kind="link" />
        </dd>
        <SignIn agent={agent} />
        <dt>Token lifetime</dt>
        <dd>{lifetime(agent.token_ttl_seconds)}</dd>
        <Ceilings agent={agent} />
        <dt>Registered</dt>
        <dd>
          <When instant={agent.created_at} />
        </dd>
        <dt>Last seen</dt>
        <dd>{agent.last_active_at ? <When instant={agent.last_active_at} /> : 'Never'}</dd>
        <dt>Expires</dt>
        <dd>{agent.expires_at ? CLOCK.format(new Date(agent.expires_at)) : 'Never'}</dd>
      </dl>
    </Panel>
  )
}

function SignIn({ agent }: { agent: Agent }) {
  return (
    <>
      <dt>Signs in by</dt>
      <dd>{METHODS[agent.auth_method]}</dd>
      {agent.client_cert_fingerprint && <dt>Certificate</dt>}
      {agent.client_cert_fingerprint && (
        <dd>
          <code>{agent.client_cert_fingerprint}</code>
        </dd>
      )}
      {agent.oidc_issuer && <dt>Issuer</dt>}
      {agent.oidc_issuer && <dd>{agent.oidc_issuer}</dd>}
      {agent.oidc_client_id && <dt>Client id</dt>}
      {agent.oidc_client_id && <dd>{agent.oidc_client_id}</dd>}
    </>
  )
}

function Ceilings({ agent: { vault_ids: ids = [], scopes = [] } }: { agent: Agent }) {
  return (
    <>
      <dt>Vaults</dt>
      <dd>{ids.length > 0 ? <VaultNames ids={ids} /> : 'No limit'}</dd>
      <dt>Paths</dt>
      <dd>
        {scopes.length === 0 && 'No limit'}
        {scopes.map(scope => (
          <code key={scope} className="line">
            {scope}
          </code>
        ))}
      </dd>
    </>
  )
}

function VaultNames({ ids }: { ids: readonly string[] }) {
  const { state } = useLoaded(client => client.call('vaults.list'))
  const nameOf = (id: string) => (state.at === 'loaded' ? state.value.vaults.find(vault => vault.id === id)?.name : undefined)
  return ids.map(id => (
    <Link key={id} to={vaultAddress({ id, name: nameOf(id) })} className="line">
      {nameOf(id) ?? id}
    </Link>
  ))
}

function lifetime(seconds = 3_600): string {
  if (seconds % 3_600 === 0) return plural(seconds / 3_600, 'hour')
  return seconds % 60 === 0 ? plural(seconds / 60, 'minute') : plural(seconds, 'second')
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
