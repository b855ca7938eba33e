import type { HttpReply } from './transport.ts'

/** Pays for single requests if a server requires it (402, by the x402 protocol). */
export interface Payer {
  /** The headers that pay for a request after a 402; undefined if it should not be paid. */
  pay(
    request: { readonly method: string; readonly url: string },
    refused: HttpReply,
  ): Promise<Readonly<Record<string, string>> | undefined>
  /** Called with the reply to a paid request. True: send it again, with the same payment. */
  answered(reply: HttpReply, tries: number): Promise<boolean>
}
