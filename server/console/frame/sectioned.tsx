import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Session, SignedIn } from '../session/session.ts'
import { NoPage } from '../ui/layout/no-page.tsx'
import { Frame } from './frame.tsx'
import { sectionAt } from './sections.tsx'
import { SignInPage } from './sign-in-page.tsx'

interface SectionedProps {
  session: Session
  pathname: string
}

/** The signed-in part of the console: the section at the address, or the page to sign in for it. */
export function Sectioned({ session, pathname }: SectionedProps) {
  const [last, keep] = useState<SignedIn | null>(null)
  const who = session.current
  // Entries in a form are still there when the person signs in again after the server ended the session.
  const shown = who ?? (session.ended || session.challenged ? last : null)
  if (shown !== last) keep(shown)
  const door = <SignInPage session={session} />
  if (!shown) return door
  const found = sectionAt(pathname)
  return (
    <>
      <div hidden={!who}>
        {/* Another organisation or account is another frame: nothing that was loaded before may show through. */}
        <Frame key={`${shown.account.id} ${shown.account.org_id}`} session={session} who={shown} pathname={pathname}>
          {found?.section.page(found.rest) ?? <NoPage />}
        </Frame>
      </div>
      {!who && <Above>{door}</Above>}
    </>
  )
}

/** A page over everything else: a dialog may be open behind it, which makes everything below inert. */
function Above({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => ref.current?.showModal(), [])
  return (
    <dialog ref={ref} className="above" aria-label="Sign in" onCancel={event => event.preventDefault()}>
      {children}
    </dialog>
  )
}
