import { useRef, useState } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { Link } from '../../ui/link.tsx'
import type { AccessRequest } from './access-request.tsx'

interface AskedProps {
  first: AccessRequest
  onApproved?: (() => void) | undefined
}

const REFRESH_MS = 3_000

/** A request that the person has just made, and its answer. */
export function Asked({ first, onApproved }: AskedProps) {
  const announce = useAnnounce()
  const [request, setRequest] = useState(first)
  const isDecided = useRef(false)
  useRefreshed(async background => {
    if (isDecided.current) return
    // Without an answer of the server, the next round asks again.
    const now = await background
      .call('access-requests.get', { params: { request_id: first.id } })
      .catch((): AccessRequest | undefined => undefined)
    if (now === undefined || now.status === 'pending') return
    isDecided.current = true
    setRequest(now)
    if (now.status !== 'approved') return
    announce('Your request was approved.')
    onApproved?.()
  }, REFRESH_MS)
  return <p role="status">{wordsOf(request)}</p>
}

function wordsOf({ status, note }: AccessRequest) {
  switch (status) {
    case 'pending':
      return (
        <>
          You asked for access. The answer appears here and under <Link to="/requests">Requests</Link>.
        </>
      )
    case 'approved':
      return 'Your request was approved. Try again.'
    case 'declined':
      return `Your request was declined${note ? `: “${note}”` : '.'}`
    default:
      return `Your request is ${status}.`
  }
}
