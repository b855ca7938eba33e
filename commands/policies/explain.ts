import { Flags } from '@oclif/core'
import { principalFlags, principalOf } from '../../src/cli/input/principal.ts'
import { PERMISSIONS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { tableText } from '../../src/cli/output/table.ts'
import { EXPLANATION } from '../../src/cli/output/views/access.ts'
import { Problem } from '../../src/problem.ts'

export default class PoliciesExplain extends ClawCommand {
  static override description =
    'Show whether an agent or user would be allowed an action, and which rule decides.\nExits with 5 if it would be denied.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password --agent deployer --permission read']
  static override args = { path: required('Path of a secret. It does not have to exist.') }
  static override flags = {
    ...principalFlags,
    permission: Flags.option({ options: PERMISSIONS, default: 'read', description: 'Permission to check.' })(),
    ip: Flags.string({ helpValue: '<address>', description: 'Client address to check.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PoliciesExplain)
    const { client, vaultId } = await this.session(flags)
    const { ip, permission } = flags
    const principal = await principalOf(client, flags)
    const answer = await client.call('policies.explain', {
      params: { vault_id: await vaultId() },
      body: { ...principal, path: args.path, permission, ...(ip !== undefined && { ip }) },
    })
    const printer = this.printer(flags)
    const { allowed, reason, considered } = answer
    // The answer is on stdout in both cases; scripts use the exit code.
    if (!allowed) this.context.exitWith(new Problem('policy.denied').exitCode)
    if (printer.format !== 'table') return printer.one(answer, EXPLANATION)
    this.context.stdout.write(`${allowed ? 'allowed' : 'denied'}: ${reason}\n`)
    if (considered.length === 0) return
    const rows = considered.map(({ policy_id, secret_path_pattern, outcome }) => [policy_id, secret_path_pattern, outcome])
    this.context.stdout.write(`\n${tableText({ headings: ['policy', 'path', 'outcome'], rows })}`)
  }
}
