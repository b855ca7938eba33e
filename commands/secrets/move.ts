import { RelocatingCommand } from '../../src/cli/secrets/relocating-command.ts'

export default class SecretsMove extends RelocatingCommand {
  static override description =
    'Move a secret with all its versions to another path or vault.\nThe server does it; you do not see the values. Within a vault, its shares remain. Moved to another vault it becomes a new secret: its shares end and its old path is free. To undo a move, move the secret back.'

  protected override readonly operation = 'secrets.move'
  protected override readonly done = 'Moved'
}
