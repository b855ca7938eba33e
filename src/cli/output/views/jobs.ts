import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

type Jobs = Reply<'admin.jobs'>

export const JOB: View<Jobs['jobs'][number]> = {
  columns: {
    job: ({ name }) => name,
    'last run': ({ last_started_at }) => moment(last_started_at),
    outcome: ({ outcome, running }) => (running ? 'running' : outcome === 'none-yet' ? undefined : outcome),
    'next run': ({ next_at }) => moment(next_at),
    what: ({ description, error }) => error ?? description,
  },
  name: ({ name }) => name,
}

export const TASK: View<Jobs['tasks'][number]> = {
  columns: {
    task: ({ kind }) => kind,
    vault: ({ vault_id }) => vault_id,
    status: ({ status }) => status,
    done: ({ done, total }) => `${done} of ${total}`,
    begun: ({ started_at }) => moment(started_at),
    message: ({ message }) => message,
  },
  name: ({ id }) => id,
}
