import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface CheckpointJobDeps extends RepeatReport {
  readonly audit: { checkpointMoved(): Promise<readonly { readonly orgId: string; readonly why: string }[]> }
  /** Called with a sentence about each chain that must not be signed, in every run. */
  readonly alarm: (sentence: string) => void
  readonly everyMs?: number
}

/**
 * Signs the audit chains that grew, every minute, so their unsigned part stays short. Several processes can run it: an existing checkpoint
 * is not created twice.
 */
export function checkpointAudit({ audit, alarm, everyMs = 60_000, ...report }: CheckpointJobDeps): Repeated {
  const work = async () => {
    for (const { orgId, why } of await audit.checkpointMoved()) {
      alarm(`The audit log of organisation ${orgId} was changed from outside and is no longer signed: ${why}.`)
    }
  }
  return repeat(work, { everyMs, ...report })
}
