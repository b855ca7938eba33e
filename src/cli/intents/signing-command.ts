import type { Input } from '../../client/client.ts'
import type { GlobalFlags } from '../flags/global-flags.ts'
import { ClawCommand } from '../oclif/command.ts'
import { yesFlag } from '../oclif/oclif-flags.ts'
import type { AnswerFlags } from '../output/printer.ts'
import type { SessionFlags } from '../session/session.ts'
import { idempotencyHeader } from './intent-flags.ts'
import { confirmSignature, messageFlags, type Review, SIGNATURE } from './messages.ts'
import { keyVaultId, signerId } from './subject.ts'

type SigningFlags = SessionFlags &
  AnswerFlags &
  Pick<GlobalFlags, 'no-input' | 'vault'> & {
    readonly chain: string
    readonly key?: string | undefined
    readonly agent?: string | undefined
    readonly yes: boolean
    readonly 'idempotency-key'?: string | undefined
  }

type ToSign = Pick<Input<'intents.sign-message'>['body'], 'intent_type' | 'message' | 'typed_data'>

interface Shown extends Pick<Review, 'title' | 'facts'> {
  /** Loads the screen that shows it. */
  view(): Promise<(review: Review) => string>
}

/** A command that has something signed that is not a transaction. */
export abstract class SigningCommand extends ClawCommand {
  static override flags = { ...messageFlags, yes: yesFlag }

  /** Shows it to a person who can be asked, has it signed, and prints the signature. Throws `cancelled`, and what the server answers. */
  protected async sign(flags: SigningFlags, toSign: ToSign, shown: Shown): Promise<void> {
    const session = await this.session(flags)
    const params = { agent_id: await signerId(session, flags.agent) }
    const vault_id = await keyVaultId(session, flags.vault)
    if (this.canAsk(flags) && !flags.yes) {
      await confirmSignature(this.context, shown, shown.view)
    }
    const body = {
      ...toSign,
      chain: flags.chain,
      ...(flags.key !== undefined && { signing_key_path: flags.key }),
      ...(vault_id !== undefined && { vault_id }),
    }
    const header = idempotencyHeader(flags['idempotency-key'])
    const signed = await session.client.call('intents.sign-message', { params, body }, header)
    const printer = this.printer(flags)
    if (printer.format === 'plain') this.context.stdout.write(`${signed.signature}\n`)
    else await printer.one(signed, SIGNATURE)
  }
}
