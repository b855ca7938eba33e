import { Flags } from '@oclif/core'
import { CMEK_FLAGS } from '../../src/cli/flags/cmek-flags.ts'
import { carriedOut } from '../../src/cli/import/carry-out.ts'
import { ON_CONFLICT, settled } from '../../src/cli/import/conflicts.ts'
import { itemsOf, SOURCE_FLAGS } from '../../src/cli/import/import-flags.ts'
import { ledgerOf } from '../../src/cli/import/ledger.ts'
import { planned } from '../../src/cli/import/plan.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { PLANNED, WRITTEN } from '../../src/cli/output/views/import.ts'

export default class SecretsImport extends ClawCommand {
  static override description = [
    'Write the secrets of a file or of another tool into a vault.',
    'Reads .env files, JSON, YAML, and exports of 1Password (.csv, .1pux), Doppler, Infisical, Vault (vault kv get -format=json), Bitwarden (.json), AWS Secrets Manager and Kubernetes Secrets. Names become paths; what a path cannot have becomes a dash.',
    'Secrets that exist with the same value are left alone, so running it again changes nothing and goes on after an interruption. Those with another value are asked about, or treated as --on-conflict says; without a terminal the import stops before it writes anything.',
    'Delete the file afterwards: it still has every value.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> .env --prefix prod/ --dry-run',
    'vault kv get -format=json kv/shop | <%= config.bin %> <%= command.id %> - --prefix shop/',
    '<%= config.bin %> <%= command.id %> export.1pux --on-conflict skip',
    "<%= config.bin %> <%= command.id %> secrets.json --map 'AWS_*=aws/*' --on-conflict new-version",
  ]
  static override args = { file: required('The file; - for stdin.') }
  static override flags = {
    ...SOURCE_FLAGS,
    ...oclifFlags(CMEK_FLAGS),
    'dry-run': Flags.boolean({ description: 'Show names and what would be done with them; write nothing.' }),
    'on-conflict': Flags.option({ options: ON_CONFLICT, description: 'What to do with secrets that have another value.' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsImport)
    const printer = this.printer(flags)
    const { items, notes } = await itemsOf(this.context, args.file, flags)
    const session = await this.session(flags)
    const vaultId = await session.vaultId()
    const ledger = await ledgerOf(this.context, session.target, vaultId)
    const plan = await planned(session, vaultId, items, ledger, this.context.now())
    for (const note of notes) printer.note(`note: ${note}`)
    if (flags['dry-run']) {
      await printer.list(
        plan.map(({ path, origin, fate }) => ({ path, origin, fate })),
        PLANNED,
        '',
      )
      return printer.note(`Nothing was written. ${counted(plan)}`)
    }
    const prompts = this.canAsk(flags) && args.file !== '-' ? this.context.prompts : undefined
    const chosen = await settled(plan, flags['on-conflict'], prompts)
    const stderr = flags.quiet ? undefined : this.context.stderr
    const written = await carriedOut(session, vaultId, chosen, ledger, stderr)
    const overwritten = written.filter(({ fate, version }) => fate === 'create' && version > 1).map(({ path }) => path)
    if (overwritten.length > 0)
      printer.note(`note: these existed, or had been deleted, and have a new version: ${overwritten.join(', ')}.`)
    if (printer.format !== 'table') return printer.list(written, WRITTEN, 'Nothing to do.')
    const skipped = plan.length - written.length
    const left = skipped === 0 ? '' : ` ${skipped} left as they were.`
    printer.note(
      written.length === 0
        ? `Nothing to do.${left}`
        : `Imported ${written.length === 1 ? 'one secret' : `${written.length} secrets`}.${left}`,
    )
  }
}

function counted(plan: readonly { readonly fate: string }[]): string {
  const counts = Map.groupBy(plan, ({ fate }) => fate)
  const words = { create: 'to create', unchanged: 'unchanged', differs: 'with another value', exists: 'that cannot be compared' }
  return `${Object.entries(words)
    .flatMap(([fate, word]) => (counts.has(fate) ? [`${counts.get(fate)?.length} ${word}`] : []))
    .join(', ')}.`
}
