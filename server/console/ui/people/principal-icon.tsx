const SHAPES: Readonly<Record<string, { readonly label: string; readonly path: string }>> = {
  user: { label: 'Person', path: 'M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm-5.5 6a5.5 5.5 0 0 1 11 0' },
  agent: { label: 'Agent', path: 'M3 6h10v7H3zM8 6V3M6 9.5h.01M10 9.5h.01M8 2.5h.01' },
  system: { label: 'Server', path: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01' },
  anonymous: { label: 'Unknown', path: 'M5.5 6a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4v.3M8 13h.01' },
}

/** What kind of principal it is, before its name. */
export function PrincipalIcon({ type }: { type: string }) {
  const { label, path } = SHAPES[type] ?? { label: type, path: '' }
  return (
    <span className="icon" title={label}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={path} />
      </svg>
      <span className="only-heard">{label}</span>
    </span>
  )
}
