/** What an address needs to know of a vault; without its name it stands there by its id, which its page replaces. */
export interface VaultReference {
  readonly id: string
  readonly name?: string | undefined
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether a part of an address is the id of a vault; otherwise it is a name. */
export function isId(reference: string): boolean {
  return UUID.test(reference)
}

/** `/vaults/production`: by its name, but for one that looks like an id, or that browsers take for a step in a path. */
export function vaultAddress({ id, name }: VaultReference): string {
  const readable = name !== undefined && !isId(name) && name !== '.' && name !== '..'
  return `/vaults/${readable ? encodeURIComponent(name) : id}`
}

export function folderAddress(vault: VaultReference, folder: string): string {
  return `${vaultAddress(vault)}/folders/${folder}`
}

export function secretAddress(vault: VaultReference, path: string): string {
  return `${vaultAddress(vault)}/secrets/${path}`
}
