import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Paths } from '../policies/grant/place.ts'
import { DeclineRequest } from './decline-request.tsx'
import { LENGTHS, lengthWords } from './lengths.ts'
import { openedBy } from './sentence.ts'

export type AccessRequest = Contract['access-requests.get']['reply']

interface AccessRequestProps {
  request: AccessRequest
  /** The paths that the person may list, for the counts. */
  paths: Paths
  onDone(): Promise<void>
}

/** A request for access: who, what, why, what it would grant, and the two answers. */
export function AccessRequestItem({ request, paths, onDone }: AccessRequestProps) {
  const { id, requester_name: who, requester_type, reason, duration_seconds: wanted } = request
  const announce = useAnnounce()
  const [seconds, setSeconds] = useState<number>(wanted)
  const [declining, setDeclining] = useState(false)
  const approve = useAction(
    client => client.call('access-requests.approve', { params: { request_id: id }, body: { duration_seconds: seconds } }),
    'You do not have permission to grant this.',
  )
  const settled = async (said: string) => {
    announce(said)
    await onDone()
  }
  const lengths = LENGTHS.some(each => each.seconds === wanted)
    ? LENGTHS
    : [...LENGTHS, { seconds: wanted, label: lengthWords(wanted) }].toSorted((one, other) => one.seconds - other.seconds)
  return (
    <li className="asked">
      <p>
        <strong>{who}</strong>
        {requester_type === 'agent' && <span className="quiet"> (agent)</span>} asks to {request.permissions.join(', ')}{' '}
        <code>{request.secret_path_pattern}</code> in <strong>{request.vault_name}</strong>.{' '}
        <span className="quiet">
          <When instant={request.created_at} />
        </span>
      </p>
      <blockquote className="asked-reason">{reason}</blockquote>
      <p className="grant-sentence" aria-live="polite">
        {openedBy(request, seconds, paths)}
      </p>
      <Alert>{approve.failure}</Alert>
      <div className="asked-answer">
        <SelectField
          label="How long"
          heard={`, for ${who}`}
          value={String(seconds)}
          onChange={event => setSeconds(Number(event.target.value))}
        >
          {lengths.map(each => (
            <option key={each.seconds} value={each.seconds}>
              {each.label}
            </option>
          ))}
        </SelectField>
        <Button
          kind="primary"
          busy={approve.busy}
          onClick={async () => (await approve.run()) && settled(`${who} has access for ${lengthWords(seconds)}.`)}
        >
          Approve for {lengthWords(seconds)}
          <span className="only-heard">, the request of {who}</span>
        </Button>
        <Button onClick={() => setDeclining(true)}>
          Decline<span className="only-heard"> the request of {who}</span>
        </Button>
      </div>
      {declining && (
        <DeclineRequest
          id={id}
          who={who}
          onClose={() => setDeclining(false)}
          onDeclined={() => settled(`The request of ${who} is declined.`)}
        />
      )}
    </li>
  )
}
