/** One message to one person. */
export interface Mail {
  /** What it is about, e.g. `password-reset`; for the log, where the addressee is not named. */
  readonly kind: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A message on its way. Its id makes the `Message-ID`, so that a second delivery can be told from a second message. */
export interface Delivery {
  readonly id: string
  readonly mail: Mail
  /** Epoch milliseconds at which it was written. */
  readonly writtenAt: number
}

/** Where mail goes. */
export interface MailTransport {
  /** Resolves when it was taken over, with a few words on where it is; undefined when there is nothing to say. */
  send(delivery: Delivery): Promise<string | undefined>
  close(): void
}
