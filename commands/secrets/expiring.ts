import { Flags } from '@oclif/core'
import { spanMs } from '../../src/cli/input/duration.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

const WITHIN = '14d'

export default class SecretsExpiring extends ClawCommand {
  static override description =
    'List the secrets that expire soon or have expired, earliest first.\nExits with 10 if there are any, so that a scheduled job can watch for them.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --within 30d --prefix prod/ --output name',
  ]
  static override flags = {
    within: Flags.string({ helpValue: '<duration>', description: `How soon (default: ${WITHIN}).` }),
    prefix: Flags.string({ helpValue: '<text>', description: 'Only paths that start with this prefix.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretsExpiring)
    const within = flags.within ?? WITHIN
    const until = this.context.now() + spanMs(within)
    const { client, vaultId } = await this.session(flags)
    const { secrets } = await client.call('secrets.list', {
      params: { vault_id: await vaultId() },
      query: { ...(flags.prefix !== undefined && { prefix: flags.prefix }) },
    })
    const expiring = secrets
      .flatMap(secret => (secret.expires_at === undefined ? [] : [{ secret, at: Date.parse(secret.expires_at) }]))
      .filter(({ secret, at }) => at <= until && !secret.is_disabled)
      .toSorted((a, b) => a.at - b.at)
      .map(({ secret }) => secret)
    await this.printer(flags).list(expiring, SECRET, `No secret expires within ${within}.`)
    if (expiring.length === 0) return
    throw new Problem(
      'check.failed',
      `${expiring.length === 1 ? 'One secret expires' : `${expiring.length} secrets expire`} within ${within}, or has expired.`,
      {
        hint: 'Write a new value with --expires-in, or rotate it: `1claw secrets rotate <path>`.',
      },
    )
  }
}
