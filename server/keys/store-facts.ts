/** The name of the key store that signs, which the database is tied to since its first start. */
export const SIGNER = 'keyring'
/** The store that ids without a tag are in; the signing one when absent. */
export const FIRST = 'key-store-first'
/** The store that new keys are made in; the signing one when absent. */
export const ACTIVE = 'key-store-active'

interface Facts {
  get(key: string): Promise<string | undefined>
}

/** The name of the store that new keys are made in; undefined before the first start. */
export async function activeStore(facts: Facts): Promise<string | undefined> {
  return (await facts.get(ACTIVE)) ?? facts.get(SIGNER)
}
