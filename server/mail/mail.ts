/** The kind of mail with the key of an agent: its file is soon removed, and its text is shown to nobody but its recipient. */
export const WITH_KEY = 'agent-credentials'

/** One message to one person. */
export interface Mail {
  /** The kind of mail, such as `password-reset`; for the log, which does not name the recipient. */
  readonly kind: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A message on its way. Its id makes the `Message-ID`, so that a repeated delivery can be distinguished from a second message. */
export interface Delivery {
  readonly id: string
  readonly mail: Mail
  /** Epoch milliseconds at which it was written. */
  readonly writtenAt: number
}

/** The way that mail is delivered. */
export interface MailTransport {
  /** Resolves when the mail is accepted, with a few words about where it is, if there is something to say. */
  send(delivery: Delivery): Promise<string | undefined>
  close(): void
}
