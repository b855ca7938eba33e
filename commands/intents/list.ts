import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/command.ts'
import { agentFlag } from '../../src/cli/intents/intent-flags.ts'
import { subjectId } from '../../src/cli/intents/subject.ts'
import { watchTransactions } from '../../src/cli/intents/watch.ts'
import { newsLine, TRANSACTION } from '../../src/cli/output/intents.ts'
import { TRANSACTION_STATUSES } from '../../src/cli/words.ts'

const EVERY_MS = 2000

export default class IntentsList extends ClawCommand {
  static override description = 'List the transactions of an agent, newest first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agent trader',
    '<%= config.bin %> <%= command.id %> --watch --json',
  ]
  static override flags = {
    agent: agentFlag,
    status: Flags.option({ options: TRANSACTION_STATUSES, description: 'Only those that stand so.' })(),
    limit: Flags.integer({ min: 1, max: 1000, helpValue: '<n>', description: 'At most so many (200).' }),
    watch: Flags.boolean({
      description: 'Go on, showing each that is new or changes, until Ctrl-C. With --json, one on each line.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsList)
    const session = await this.session(flags)
    const params = { agent_id: await subjectId(session, flags.agent) }
    const query = { ...(flags.status && { status: flags.status }), ...(flags.limit !== undefined && { limit: flags.limit }) }
    const look = async () => (await session.client.call('intents.list', { params, query })).transactions
    const printer = this.printer(flags)
    if (!flags.watch) return printer.list(await look(), TRANSACTION, 'This agent has made no transactions.')
    const { stdout, sleep, now } = this.context
    await watchTransactions({
      look,
      async changed(transactions) {
        if (flags.jq !== undefined) for (const each of transactions) await printer.data(each)
        else if (printer.format === 'json') for (const each of transactions) stdout.write(`${JSON.stringify(each)}\n`)
        else if (printer.format === 'table') for (const each of transactions) stdout.write(newsLine(each, now(), stdout.columns))
        else await printer.list(transactions, TRANSACTION, '')
      },
      pause: () => sleep(EVERY_MS),
    })
  }
}
