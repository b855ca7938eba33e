import type { IntentStore } from '../../../stores/intents/intents.ts'

type Store = Pick<IntentStore, 'lockNonce' | 'saveNonce' | 'heldNonces'>
type Finding = Pick<IntentStore, 'lockNonce' | 'heldNonces'>

/** The number of nonces checked in one query. */
const AT_ONCE = 500

/**
 * Takes the lowest nonce that none of our transactions holds and the chain has not used. The rows of transactions are the reservations, so
 * an unused nonce is found again automatically; the stored number only says where to start the search.
 * @param chainCount the number of transactions of the address that the chain knows, including those in the mempool; can be out of date
 */
export async function takeNonce(store: Store, chainId: number, address: string, chainCount: number): Promise<number> {
  const nonce = await freeNonce(store, chainId, address, chainCount)
  await store.saveNonce(chainId, address, nonce + 1)
  return nonce
}

/** The nonce that would be taken. It is free until the end of the unit of work. */
export async function freeNonce(store: Finding, chainId: number, address: string, chainCount: number): Promise<number> {
  let nonce = Math.max(await store.lockNonce(chainId, address), chainCount)
  for (;;) {
    const held = await store.heldNonces(chainId, address, nonce, AT_ONCE)
    const gap = held.findIndex((each, index) => each !== nonce + index)
    nonce += gap < 0 ? held.length : gap
    if (gap >= 0 || held.length < AT_ONCE) return nonce
  }
}

/**
 * The next nonce of an account if all sent transactions are mined: that of the first issued and unused signature, or else the next free
 * one.
 */
export async function nextNonce(
  store: Finding & Pick<IntentStore, 'lowestHandedOut'>,
  chainId: number,
  address: string,
  chainCount: number,
): Promise<number> {
  const free = await freeNonce(store, chainId, address, chainCount)
  const out = await store.lowestHandedOut(chainId, address, chainCount)
  return out === undefined ? free : Math.min(out, free)
}

/** Makes the next search start here; the caller removes the nonce from its transaction. */
export async function releaseNonce(store: Store, chainId: number, address: string, nonce: number): Promise<void> {
  const next = await store.lockNonce(chainId, address)
  if (nonce < next) await store.saveNonce(chainId, address, nonce)
}

/** Whether transactions wait for this nonce, that is, hold later ones. */
export async function isWaitedFor(store: Store, chainId: number, address: string, nonce: number): Promise<boolean> {
  await store.lockNonce(chainId, address)
  return (await store.heldNonces(chainId, address, nonce + 1, 1)).length > 0
}
