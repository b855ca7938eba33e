/** A place for credentials, by account name. */
export interface CredentialStore {
  /** For people: where it is. */
  readonly place: string
  get(account: string): Promise<string | undefined>
  set(account: string, secret: string): Promise<void>
  /** Deletes it; it need not exist. */
  delete(account: string): Promise<void>
}
