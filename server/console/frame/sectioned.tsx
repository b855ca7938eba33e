import { SignIn } from '../pages/sign-in/sign-in.tsx'
import type { Session } from '../session/session.ts'
import { NoPage } from '../ui/layout/no-page.tsx'
import { Shell } from '../ui/layout/shell.tsx'
import { Frame } from './frame.tsx'
import { sectionAt } from './sections.tsx'

interface SectionedProps {
  session: Session
  pathname: string
}

/** The signed-in part of the console: the section at the address, or the door to it. */
export function Sectioned({ session, pathname }: SectionedProps) {
  const who = session.current
  if (!who) {
    return (
      <Shell>
        <SignIn session={session} />
      </Shell>
    )
  }
  const found = sectionAt(pathname)
  return (
    // Another organisation or account is another frame: nothing that was loaded before may show through.
    <Frame key={`${who.account.id} ${who.account.org_id}`} session={session} who={who} pathname={pathname}>
      {found?.section.page(found.rest) ?? <NoPage />}
    </Frame>
  )
}
