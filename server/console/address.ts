import { isUuid } from '../../src/uuid.ts'

/** The fields of a vault for its address; without a name, its id is used, which the vault's page replaces. */
export interface VaultReference {
  readonly id: string
  readonly name?: string | undefined
}

/** `/vaults/production`: by its name, except for one that looks like an id, or that browsers take for a step in a path. */
export function vaultAddress({ id, name }: VaultReference): string {
  const readable = name !== undefined && !isUuid(name) && name !== '.' && name !== '..'
  return `/vaults/${readable ? encodeURIComponent(name) : id}`
}

export function folderAddress(vault: VaultReference, folder: string): string {
  return `${vaultAddress(vault)}/folders/${folder}`
}

export function secretAddress(vault: VaultReference, path: string): string {
  return `${vaultAddress(vault)}/secrets/${path}`
}

/** The order of vaults in lists and choices: by name, and the server's own last. */
export function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return Number(isServers(one)) - Number(isServers(other)) || one.name.localeCompare(other.name)
}

/** A system vault, such as that of the agents' keys: nobody can read its content. */
export function isServers({ name }: { readonly name: string }): boolean {
  return name.startsWith('__')
}
