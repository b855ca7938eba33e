import type { HttpReply } from './transport.ts'

/** Pays for single requests that a server asks to be paid for (402, by the x402 protocol). */
export interface Payer {
  /** The headers that pay for a request which was refused for want of payment; undefined when it is not to be paid for. */
  pay(
    request: { readonly method: string; readonly url: string },
    refused: HttpReply,
  ): Promise<Readonly<Record<string, string>> | undefined>
  /** Told of the answer to a request that was paid for. True: send it again, with the same payment. */
  answered(reply: HttpReply, tries: number): Promise<boolean>
}
