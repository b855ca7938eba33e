/** Shows an error. The region is always in the document, because screen readers announce changes only in an existing one. */
export function Alert({ children }: { children: string | null | undefined }) {
  return (
    <div className="alert-region" role="alert">
      {children && <p className="alert">{children}</p>}
    </div>
  )
}
