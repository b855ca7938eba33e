import { inParallel } from '../../src/cli/fleet/in-parallel.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { Problem } from '../../src/problem.ts'

/** Number of vaults that are listed at the same time. */
const WIDTH = 4

export default class CompletionRefresh extends ClawCommand {
  static override description =
    'Fetch the names that completion offers.\nLists the vaults, their secrets and the agents that you can see. Requires a login that is stored on this machine.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(CompletionRefresh)
    const { client, target } = await this.session(flags)
    if ((target.profile.credential_store ?? 'none') === 'none') {
      throw new Problem('usage', 'Names are kept only where a login is stored.', { hint: 'Sign in with `1claw login`.' })
    }
    const { vaults } = await client.call('vaults.list')
    const counts = await inParallel(vaults, WIDTH, async ({ id }) => {
      const { secrets } = await allowed(() => client.call('secrets.list', { params: { vault_id: id } }), { secrets: [] })
      return secrets.length
    })
    const { agents } = await allowed(() => client.call('agents.list'), { agents: [] })
    const secrets = counts.reduce((sum, count) => sum + count, 0)
    await this.printer(flags).did(
      `Completion knows ${howMany(vaults.length, 'vault')}, ${howMany(secrets, 'secret')} and ${howMany(agents.length, 'agent')}.`,
      { vaults: vaults.length, secrets, agents: agents.length },
    )
  }
}

/** Returns `none` for a list that the caller is not allowed to see: completion then offers nothing of it. */
async function allowed<T>(list: () => Promise<T>, none: T): Promise<T> {
  try {
    return await list()
  } catch (error) {
    if (error instanceof Problem && error.code === 'policy.denied') return none
    throw error
  }
}
