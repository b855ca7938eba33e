import { Flags } from '@oclif/core'
import { knownHeads } from '../../src/cli/audit/known-heads.ts'
import { earlierTrail, type Verdict, verifyFile, verifyServer } from '../../src/cli/audit/verdict.ts'
import { visible } from '../../src/cli/context/visible.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import type { View } from '../../src/cli/output/view.ts'
import { AUDIT_FAULT } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class AuditVerify extends ClawCommand {
  static override description = [
    'Check that nobody edited, removed, reordered, forged or cut off audit events.',
    'Every event’s hash covers all of it and the hash before it; the key provider signs the newest hash. Exits with 10 if anything is wrong, and lists each fault.',
    'If you do not trust the server, do not trust the key it sends: pass the key you saved earlier with --public-key. This machine remembers the newest signed event that it has seen and compares the next response with it; the events up to there are not fetched again unless something is wrong. An interrupted verification continues from the last signed event it passed. --against also compares it with an earlier export. The archive files of removed events form a chain: verify each against the one before it.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --file trail.json --public-key 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
    '<%= config.bin %> <%= command.id %> --against last-month.json',
  ]
  static override flags = {
    file: Flags.string({ helpValue: '<file>', description: 'Check an export instead of the server; works offline.' }),
    'public-key': Flags.string({ helpValue: '<base64>', description: 'Public key that must have signed the trail.' }),
    against: Flags.string({
      helpValue: '<file>',
      description: 'Also compare the trail with the checkpoints of this earlier export.',
    }),
    full: Flags.boolean({
      description: 'Check every event (default: those after the newest one that this machine verified before).',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditVerify)
    const trust = {
      publicKey: flags['public-key'],
      earlier: flags.against === undefined ? undefined : earlierTrail(flags.against),
      full: flags.full ? true : undefined,
    }
    const known = knownHeads(this.context.settings.dir)
    const progress = flags.quiet ? undefined : this.context.stderr
    const verdict =
      flags.file === undefined
        ? await verifyServer(await this.session(flags), known, trust, progress)
        : await verifyFile(flags.file, trust)
    await this.show(verdict, this.printer(flags), known.file)
  }

  private async show(verdict: Verdict, printer: ReturnType<typeof this.printer>, known: string): Promise<void> {
    const { ok, checked, checked_from, signed_to, key_from, public_key, removed, faults } = verdict
    if (printer.format !== 'table') {
      await printer.one(verdict, VERDICT)
      if (!ok) this.context.exitWith(10)
      return
    }
    if (key_from !== 'pinned') printer.note(`note: the key came from the ${key_from}; pin it with --public-key ${public_key}`)
    if (!ok) {
      await printer.list(faults, AUDIT_FAULT, '')
      const what = faults.length === 1 ? 'one fault' : `${faults.length} faults`
      throw new Problem('check.failed', `The audit trail is not sound: ${what} in ${howMany(checked, 'event')}.`, {
        hint: `The trail was also compared with the newest head that this machine has seen, in ${known}. If the server was reinstalled or restored on purpose, delete that file.`,
      })
    }
    const isPart = checked_from > 1 + (removed?.to ?? 0)
    const what = isPart ? `${howMany(checked, 'event')} after number ${checked_from - 1}` : howMany(checked, 'event')
    this.context.stdout.write(`The audit trail is sound: ${what}, signed to number ${signed_to}.\n`)
    if (isPart) printer.note('note: this machine verified the events before; --full checks them again.')
    if (removed) this.context.stdout.write(removalOf(removed))
  }
}

/** The result without its faults, which the table, JSON and YAML list. */
const VERDICT: View<Verdict> = {
  columns: {
    ok: verdict => verdict.ok,
    checked: verdict => verdict.checked,
    from: verdict => verdict.checked_from,
    'signed to': verdict => verdict.signed_to,
    'key from': verdict => verdict.key_from,
    faults: verdict => verdict.faults.length,
  },
  name: verdict => (verdict.ok ? 'sound' : 'not sound'),
}

function removalOf({ to, removed_at, reason, kept_in }: NonNullable<Verdict['removed']>): string {
  const kept = kept_in ? `kept in ${visible(kept_in)}` : 'not kept'
  return `Events 1 to ${to} were removed on ${removed_at} (${visible(reason)}) and are ${kept}.\n`
}
