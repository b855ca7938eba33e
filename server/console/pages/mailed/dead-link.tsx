import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'

/** A mailed link that the server refuses, and where to go from there. */
export function DeadLink({ next }: { next: string }) {
  return (
    <>
      <Heading>This link does not work</Heading>
      <p>It has been used, has expired, or was not copied in full. {next}</p>
      <p className="aside">
        <Link to="/">Go to the sign-in page</Link>
      </p>
    </>
  )
}
