import { Flags } from '@oclif/core'
import { ClawCommand } from '../../../src/cli/oclif/command.ts'
import { yesFlag } from '../../../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../../../src/cli/output/how-many.ts'
import { RESET } from '../../../src/cli/output/views/billing.ts'

export default class AdminUsageReset extends ClawCommand {
  static override description =
    'Reset the usage of this month, for every organisation or for the organisation of one account. Requires a platform administrator.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --yes',
    '<%= config.bin %> <%= command.id %> --email ada@example.com --yes',
  ]
  static override flags = {
    email: Flags.string({ helpValue: '<address>', description: 'Reset only the organisation of this account.' }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminUsageReset)
    const whose = flags.email === undefined ? 'every organisation' : `the organisation of ${flags.email}`
    await this.confirm(flags, `Forget what ${whose} has used this month?`)
    const { client } = await this.session(flags)
    const answer =
      flags.email === undefined
        ? await client.call('admin.reset-usage')
        : await client.call('admin.reset-usage-of-user', { body: { email: flags.email } })
    await this.printer(flags).done(`${howMany(answer.deleted_events, 'request')} forgotten.`, answer, RESET)
  }
}
