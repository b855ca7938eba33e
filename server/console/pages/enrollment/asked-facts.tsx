import { When } from '../../ui/data/when.tsx'
import type { Asked } from './status.ts'

/** The facts in the request of an agent: its own description, its address and the time. */
export function AskedFacts({ asked }: { asked: Asked }) {
  return (
    <dl className="facts">
      <dt>Name</dt>
      <dd>{asked.name}</dd>
      {asked.description && <dt>Description</dt>}
      {asked.description && <dd>{asked.description}</dd>}
      <dt>Address</dt>
      <dd>{asked.requested_from}</dd>
      <dt>Requested</dt>
      <dd>
        <When instant={asked.requested_at} />
      </dd>
    </dl>
  )
}
