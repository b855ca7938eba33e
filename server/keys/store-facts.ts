/** The name of the key store that signs, to which the database is tied since its first start. */
export const SIGNER = 'keyring'
/** The store of ids without a tag; the signing one if absent. */
export const FIRST = 'key-store-first'
/** The store in which new keys are created; the signing one if absent. */
export const ACTIVE = 'key-store-active'

interface Facts {
  get(key: string): Promise<string | undefined>
}

/** The name of the store in which new keys are created; undefined before the first start. */
export async function activeStore(facts: Facts): Promise<string | undefined> {
  return (await facts.get(ACTIVE)) ?? facts.get(SIGNER)
}
