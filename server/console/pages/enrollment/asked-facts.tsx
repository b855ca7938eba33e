import { When } from '../../ui/data/when.tsx'
import type { Asked } from './status.ts'

/** What an agent says about itself, and from where and when it asked. */
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
