import { When } from '../../ui/data/when.tsx'
import { Name } from '../../ui/people/names.tsx'
import { shownAs } from './metadata.ts'
import { readsOf, type Summary, typeName } from './secret.ts'
import { Until } from './until.tsx'
import { WarningBadge } from './warning-badge.tsx'

/** The fields of a version except its value. */
export function AboutSecret({ of: secret }: { of: Summary }) {
  const reads = readsOf(secret)
  const metadata = Object.entries(secret.metadata ?? {})
  return (
    <dl className="facts">
      <dt>Type</dt>
      <dd>{typeName(secret.type)}</dd>
      <dt>Version</dt>
      <dd>
        {secret.version} <WarningBadge of={secret} />
      </dd>
      <dt>Written by</dt>
      <dd>
        <Name of={secret.created_by} />
      </dd>
      <dt>Written</dt>
      <dd>
        <When instant={secret.created_at} />
      </dd>
      <dt>Expires</dt>
      <dd>{secret.expires_at ? <Until instant={secret.expires_at} /> : 'Never'}</dd>
      {reads && (
        <>
          <dt>Read</dt>
          <dd>{reads} times</dd>
        </>
      )}
      {metadata.map(([key, value]) => (
        <Entry key={key} name={key} value={shownAs(value)} />
      ))}
    </dl>
  )
}

function Entry({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>
        <code>{name}</code>
      </dt>
      <dd>{value}</dd>
    </>
  )
}
