import { Flags } from '@oclif/core'
import { TRANSACTION_STATUSES } from '../../src/cli/input/vocabulary.ts'
import { agentFlag } from '../../src/cli/intents/intent-flags.ts'
import { subjectId } from '../../src/cli/intents/subject.ts'
import { watchTransactions } from '../../src/cli/intents/watch.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { newsLine, TRANSACTION, type Transaction } from '../../src/cli/output/views/intents.ts'

const EVERY_MS = 2000

export default class IntentsList extends ClawCommand {
  static override description = 'List the transactions of an agent, newest first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agent trader',
    '<%= config.bin %> <%= command.id %> --watch --json',
  ]
  static override flags = {
    agent: agentFlag,
    status: Flags.option({ options: TRANSACTION_STATUSES, description: 'Only transactions with this status.' })(),
    day: Flags.string({ helpValue: '<day>', description: 'Only those created on this day, UTC, like 2026-03-01.' }),
    limit: Flags.integer({ min: 1, max: 1000, helpValue: '<n>', description: 'Maximum number of transactions (default: 200).' }),
    watch: Flags.boolean({
      description: 'Keep running and show each new or changed transaction until Ctrl-C. With --json, prints one per line.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(IntentsList)
    const session = await this.session(flags)
    const params = { agent_id: await subjectId(session, flags.agent) }
    const query = {
      include: 'details' as const,
      ...(flags.status && { status: flags.status }),
      ...(flags.day !== undefined && { day: flags.day }),
      ...(flags.limit !== undefined && { limit: flags.limit }),
    }
    const look = async () => (await session.client.call('intents.list', { params, query })).transactions
    const printer = this.printer(flags)
    if (!flags.watch) return printer.list(await look(), TRANSACTION, 'This agent has no transactions.')
    await watchTransactions({
      look,
      changed: async transactions => {
        if (flags.jq === undefined && printer.format === 'json') return this.tell(transactions.map(each => JSON.stringify(each)))
        if (flags.jq === undefined && printer.format === 'table') return this.tell(transactions.map(each => this.lineOf(each)))
        if (flags.jq === undefined) return printer.list(transactions, TRANSACTION, '')
        for (const each of transactions) await printer.data(each)
      },
      pause: () => this.context.sleep(EVERY_MS),
    })
  }

  private lineOf(transaction: Transaction): string {
    return newsLine(transaction, this.context.now(), this.context.stdout.columns)
  }

  private tell(lines: readonly string[]): void {
    for (const line of lines) this.context.stdout.write(`${line}\n`)
  }
}
