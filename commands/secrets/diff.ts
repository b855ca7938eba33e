import { Flags } from '@oclif/core'
import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { differences } from '../../src/cli/import/difference.ts'
import { itemsOf, SOURCE_FLAGS } from '../../src/cli/import/import-flags.ts'
import { vaultValues } from '../../src/cli/import/vault-values.ts'
import { vaultIdOf } from '../../src/cli/input/vault.ts'
import { optional } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { DIFFERENCE } from '../../src/cli/output/views/import.ts'
import { Problem } from '../../src/problem.ts'

export default class SecretsDiff extends ClawCommand {
  static override description = [
    'Compare a file with a vault, or two vaults, without showing values.',
    'Lists the secrets that are different or only on one side; left is the file, or the selected vault. Equal fingerprints mean equal values; they are keyed for each run, so they say nothing else. Exits with 10 if there are differences.',
    'With --prefix, only secrets under it are compared, by the rest of their path. Comparing reads the values: each read is in the audit log.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> .env --prefix prod/',
    '<%= config.bin %> <%= command.id %> --vault staging --with prod',
    '<%= config.bin %> <%= command.id %> --prefix staging/ --with-prefix prod/',
  ]
  static override args = { file: optional('The file; - for stdin.') }
  static override flags = {
    ...SOURCE_FLAGS,
    prefix: Flags.string({ helpValue: '<text>', description: 'Compare only secrets whose path starts with this prefix.' }),
    with: Flags.string({ helpValue: '<name or id>', description: 'Compare with this vault.' }),
    'with-prefix': Flags.string({ helpValue: '<text>', description: 'Prefix in the other vault (default: the same).' }),
    all: Flags.boolean({ description: 'List equal secrets too.' }),
    ...oclifFlags(CMEK_FLAGS),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsDiff)
    const { file } = args
    const other = flags.with ?? flags['with-prefix']
    if ((file === undefined) === (other === undefined)) {
      throw new Problem('usage', 'Nothing to compare with, or more than one thing.', {
        hint: 'Name a file, or another vault with --with, or another prefix with --with-prefix.',
      })
    }
    const given = file === undefined ? undefined : await itemsOf(this.context, file, { ...flags, prefix: '' })
    const { client, vaultId } = await this.session(flags)
    const [own, prefix, now] = [await vaultId(), flags.prefix ?? '', this.context.now()]
    const values = await vaultValues(client, own, prefix, now)
    const printer = this.printer(flags)
    for (const note of given?.notes ?? []) printer.note(`note: ${note}`)
    const compared = given
      ? differences(new Map(given.items.map(({ path, value }) => [path, value])), values)
      : differences(values, await this.otherValues(client, own, flags, now))
    const drifted = compared.filter(({ state }) => state !== 'same')
    await printer.list(flags.all ? compared : drifted, DIFFERENCE, 'No differences.')
    if (drifted.length === 0) return
    throw new Problem(
      'check.failed',
      `${drifted.length} of ${howMany(compared.length, 'secret')} ${drifted.length === 1 ? 'differs' : 'differ'}.`,
    )
  }

  private async otherValues(
    client: Parameters<typeof vaultValues>[0],
    own: string,
    flags: { with?: string | undefined; prefix?: string | undefined; 'with-prefix'?: string | undefined },
    now: number,
  ): Promise<Map<string, string>> {
    const id = flags.with === undefined ? own : await vaultIdOf(client, flags.with)
    return vaultValues(client, id, flags['with-prefix'] ?? flags.prefix ?? '', now)
  }
}
