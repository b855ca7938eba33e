import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { JOB, TASK } from '../../src/cli/output/views/jobs.ts'

export default class AdminJobs extends ClawCommand {
  static override description = [
    'List the background jobs of the server: when each ran, how it ended, when it runs next.',
    'Then the rotations and migrations of keys that are running, waiting or failed, with what to do. Jobs are those of the server that answers, since its start. Requires a platform administrator.',
  ].join('\n\n')
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {
    limit: Flags.integer({ min: 1, max: 200, helpValue: '<n>', description: 'Maximum number of tasks (default: 50).' }),
    offset: Flags.integer({ min: 0, helpValue: '<n>', description: 'Number of the newest tasks to skip.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminJobs)
    const { client } = await this.session(flags)
    const { limit, offset } = flags
    const query = { ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) }
    const found = await client.call('admin.jobs', { query })
    const printer = this.printer(flags)
    if (printer.format === 'json' || printer.format === 'yaml') return printer.data(found)
    await printer.list(found.jobs, JOB, 'No jobs.')
    if (found.tasks.length === 0) return printer.note('No rotation or migration of keys is running, waiting or failed.')
    this.context.stdout.write('\n')
    await printer.list(found.tasks, TASK, '')
    if (found.tasks.length < found.tasks_total) printer.note(`${found.tasks.length} of ${found.tasks_total} tasks.`)
  }
}
