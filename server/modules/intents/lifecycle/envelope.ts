import type { TransactionSerializable } from 'viem'
import { hexToBytes, keccak256, serializeTransaction } from 'viem/utils'
import type { RecoverableSignature } from '../../../keys/primitives/secp256k1.ts'
import type { Intent } from '../intent.ts'
import type { Fee } from '../node/quote.ts'

/** A complete transaction, except for the signature. */
export interface Unsigned {
  readonly intent: Pick<Intent, 'chain' | 'to' | 'value' | 'data'>
  readonly nonce: number
  readonly gasLimit: bigint
  readonly fee: Fee
}

/** The bytes to send, and their hash. */
export interface Signed {
  readonly raw: `0x${string}`
  readonly hash: `0x${string}`
}

/** The digest to sign: 32 bytes. */
export function digestOf(unsigned: Unsigned): Uint8Array {
  return hexToBytes(keccak256(serializeTransaction(envelopeOf(unsigned))))
}

export function signedBy(unsigned: Unsigned, { r, s, yParity }: RecoverableSignature): Signed {
  const raw = serializeTransaction(envelopeOf(unsigned), { r, s, yParity, v: 27n + BigInt(yParity) })
  return { raw, hash: keccak256(raw) }
}

/** EIP-1559 (type 2), or the legacy form with the chain's id in the signature (EIP-155). */
function envelopeOf({ intent, nonce, gasLimit, fee }: Unsigned): TransactionSerializable {
  const { chain, to, value, data } = intent
  const common = {
    chainId: chain.chainId,
    nonce,
    gas: gasLimit,
    ...(to !== null && { to }),
    value,
    ...(data !== '0x' && { data }),
  }
  return fee.kind === 'legacy'
    ? { ...common, type: 'legacy', gasPrice: fee.gasPrice }
    : { ...common, type: 'eip1559', maxFeePerGas: fee.maxFee, maxPriorityFeePerGas: fee.maxPriorityFee }
}
