import { Icon, type IconName } from '../icon.tsx'

const KINDS: Readonly<Record<string, { readonly label: string; readonly icon: IconName }>> = {
  user: { label: 'Person', icon: 'user' },
  agent: { label: 'Agent', icon: 'agent' },
  system: { label: 'Server', icon: 'server' },
  anonymous: { label: 'Anonymous', icon: 'unknown' },
}

/** The symbol for the kind of a principal, before its name. */
export function PrincipalIcon({ type }: { type: string }) {
  const { label, icon } = KINDS[type] ?? { label: type, icon: 'unknown' }
  return (
    <span className="icon" title={label}>
      <Icon name={icon} />
      <span className="only-heard">{label}</span>
    </span>
  )
}
