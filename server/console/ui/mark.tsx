/** The symbol above an outcome. Decorative: the heading below says the same. */
export function Mark({ kind }: { kind: 'done' | 'stopped' }) {
  return (
    <svg className={`mark mark-${kind}`} viewBox="0 0 48 48" width="48" height="48" aria-hidden="true" focusable="false">
      <circle cx="24" cy="24" r="22" />
      <path d={kind === 'done' ? 'M15 24.5l6.5 6.5L34 18' : 'M17 17l14 14M31 17L17 31'} />
    </svg>
  )
}
