/** Says at once what went wrong. The region is always in the document: screen readers only follow one that was there before. */
export function Alert({ children }: { children: string | null | undefined }) {
  return (
    <div className="alert-region" role="alert">
      {children && <p className="alert">{children}</p>}
    </div>
  )
}
