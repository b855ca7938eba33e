import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface ConvertJobDeps extends RepeatReport {
  readonly identityEncoding: { convertAll(): Promise<void> }
  readonly everyMs?: number
}

/** Converts the identity keys of agents to their current form, once after each start. Several processes can run it. */
export function convertIdentityKeys({ identityEncoding, everyMs = 60_000, ...report }: ConvertJobDeps): Repeated {
  let isDone = false
  const round = async () => {
    if (isDone) return
    await identityEncoding.convertAll()
    isDone = true
  }
  return repeat(round, { everyMs, first: round, ...report })
}
