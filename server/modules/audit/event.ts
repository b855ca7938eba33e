/** What a service says happened. Ids and paths only: never a value, a key or a password. */
export interface NewEvent {
  readonly orgId: string
  /** e.g. `secret.read`. */
  readonly action: string
  readonly actorId: string
  readonly actorType: 'user' | 'agent' | 'anonymous' | 'system'
  readonly resourceType: string
  readonly resourceId: string
  readonly vaultId?: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
  readonly ipAddress: string
}

/** The chain of events that belong to no organisation, such as failed sign-ins of unknown accounts. */
export const NO_ORG = '00000000-0000-0000-0000-000000000000'
