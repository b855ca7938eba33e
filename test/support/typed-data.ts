const DOMAIN = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
]
const fields = (written: string) =>
  written.split(', ').map(field => {
    const [type = '', name = ''] = field.split(' ')
    return { name, type }
  })

interface At {
  readonly chainId: number
  readonly token: string
}

const domain = ({ chainId, token }: At) => ({ name: 'Money', version: '1', chainId, verifyingContract: token })

/** A transfer by signature (EIP-3009), as payments by x402 carry it. */
export function transferByAuthorization(at: At, message: { from: string; to: string; value: string; nonce: string }) {
  return {
    domain: domain(at),
    types: {
      EIP712Domain: DOMAIN,
      TransferWithAuthorization: fields(
        'address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce',
      ),
    },
    primaryType: 'TransferWithAuthorization',
    message: { validAfter: '0', validBefore: '4102444800', ...message },
  }
}

/** An allowance by signature (EIP-2612). */
export function permitOf(at: At, message: { owner: string; spender: string; value: string }) {
  return {
    domain: domain(at),
    types: { Permit: fields('address owner, address spender, uint256 value, uint256 nonce, uint256 deadline') },
    primaryType: 'Permit',
    message: { nonce: 0, deadline: '4102444800', ...message },
  }
}

/** A one-time right for a spender, kept by Permit2. */
export function permit2Of({ chainId, token }: At, message: { spender: string; amount: string }) {
  return {
    domain: { name: 'Permit2', chainId, verifyingContract: '0x000000000022D473030F116dDEE9F6B43aC78BA3' },
    types: {
      PermitTransferFrom: fields('TokenPermissions permitted, address spender, uint256 nonce, uint256 deadline'),
      TokenPermissions: fields('address token, uint256 amount'),
    },
    primaryType: 'PermitTransferFrom',
    message: { permitted: { token, amount: message.amount }, spender: message.spender, nonce: '1', deadline: '4102444800' },
  }
}
