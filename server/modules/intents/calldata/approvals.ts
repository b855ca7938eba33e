/**
 * Finds token approvals without a practical limit in calldata, at any depth. Routers, multicalls, smart accounts and batchers carry their
 * calls as bytes, in encodings that nobody can list. So the bytes themselves are searched for the selectors of approving functions, and the
 * bytes after a selector are read as its arguments. A hit needs a selector and, for most functions, an amount of more than 2^95 in the
 * right place, which does not occur by chance.
 */

/** Amounts of at least this count as unlimited: the maximum of 96 bits, which some tokens use for that, and anything higher. */
const UNLIMITED = 2n ** 96n - 1n

type Address = `0x${string}`

/** The amounts with which an approved amount is compared. */
export interface Measure {
  readonly token: Address
  /** The owner of the tokens; absent for the sender's account. */
  readonly holder?: Address
  /** The id, for contracts with several kinds of tokens (ERC-6909). */
  readonly id?: bigint
  /** The amount is added to the existing allowance. */
  readonly addsFor?: Address
}

/** An approval of more than nothing. */
export interface Approval {
  readonly amount: bigint
  /** Undefined if the unit of the amount is unknown, or there is no amount. */
  readonly measure: Measure | undefined
}

interface Approving {
  readonly selector: string
  /**
   * The argument with the amount, counted in words of 32 bytes; `flag` if it is a yes or no for everything; `always` if there is no such
   * argument.
   */
  readonly word: number
  readonly kind: 'amount' | 'flag' | 'always'
  /** Where to compare the amount: through the called contract, or through one of the arguments. */
  readonly measure?: (to: Address, argument: (word: number) => bigint) => Measure
}

const ofCalled = (to: Address): Measure => ({ token: to })
const addedToCalled: Approving['measure'] = (to, argument) => ({ token: to, addsFor: addressOf(argument(0)) })

const APPROVING: readonly Approving[] = [
  // approve(address spender, uint256 amount)
  { selector: '095ea7b3', word: 1, kind: 'amount', measure: ofCalled },
  // increaseAllowance(address spender, uint256 addedValue)
  { selector: '39509351', word: 1, kind: 'amount', measure: addedToCalled },
  // increaseApproval(address spender, uint256 addedValue)
  { selector: 'd73dd623', word: 1, kind: 'amount', measure: addedToCalled },
  // approveAndCall(address spender, uint256 amount, bytes data): ERC-1363
  { selector: 'cae9ca51', word: 1, kind: 'amount', measure: ofCalled },
  // approveAndCall(address spender, uint256 amount): ERC-1363
  { selector: '3177029f', word: 1, kind: 'amount', measure: ofCalled },
  // approve(address spender, uint256 id, uint256 amount): ERC-6909
  { selector: '426a8493', word: 2, kind: 'amount', measure: (to, argument) => ({ token: to, id: argument(1) }) },
  // setOperator(address operator, bool approved): ERC-6909, ERC-7540
  { selector: '558a7297', word: 1, kind: 'flag' },
  // authorizeOperator(address operator, uint256 amount, bytes data): LSP7
  { selector: 'b49506fd', word: 1, kind: 'amount', measure: ofCalled },
  // increaseAllowance(address operator, uint256 addedAmount, bytes data): LSP7
  { selector: '2bc1da82', word: 1, kind: 'amount' },
  // permit(address owner, ((address token, uint160 amount, …), address spender, …) single, bytes): Permit2
  {
    selector: '2b67b570',
    word: 2,
    kind: 'amount',
    measure: (_, argument) => ({ token: addressOf(argument(1)), holder: addressOf(argument(0)) }),
  },
  // permit(address owner, (… [] details, address spender, …) batch, bytes): Permit2, of several tokens at once
  { selector: '2a2d80d1', word: 0, kind: 'always' },
  // setOperator(bytes19 prefix, address operator, uint256 accounts): Ethereum Vault Connector
  { selector: 'c14c11bf', word: 2, kind: 'flag' },
  // setRelayerApproval(address sender, address relayer, bool approved): Balancer
  { selector: 'fa6e671d', word: 2, kind: 'flag' },
  // setAuthorization(address authorized, bool newIsAuthorized): Morpho
  { selector: 'eecea000', word: 1, kind: 'flag' },
  // setAccountOperator(address account, address operator, bool authorized): Ethereum Vault Connector
  { selector: '9f5c462a', word: 2, kind: 'flag' },
  // hope(address usr): the Vat of Maker; allows somebody to move everything
  { selector: 'a3b22fc4', word: 0, kind: 'always' },
  // permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s): EIP-2612
  { selector: 'd505accf', word: 2, kind: 'amount', measure: (to, argument) => ({ token: to, holder: addressOf(argument(0)) }) },
  // permit(address holder, address spender, uint256 nonce, uint256 expiry, bool allowed, …): DAI
  { selector: '8fcbaf0c', word: 4, kind: 'flag' },
  // setApprovalForAll(address operator, bool approved): ERC-721, ERC-1155
  { selector: 'a22cb465', word: 1, kind: 'flag' },
  // approve(address token, address spender, uint160 amount, uint48 expiration): Permit2
  { selector: '87517c45', word: 2, kind: 'amount', measure: (_, argument) => ({ token: addressOf(argument(0)) }) },
  // authorizeOperator(address operator): ERC-777
  { selector: '959b8c3f', word: 0, kind: 'always' },
  // approveDelegation(address delegatee, uint256 amount): debt tokens of Aave, which lend in the sender's name
  { selector: 'c04a8a10', word: 1, kind: 'amount' },
  // allow(address manager, bool isAllowed): Compound III
  { selector: '110496e5', word: 1, kind: 'flag' },
]

const WORD = 64

export function isUnlimited(amount: bigint): boolean {
  return amount >= UNLIMITED
}

/** Whether the calldata (hexadecimal digits after `0x`, lower case) contains an approval without a practical limit. */
export function hasUnlimitedApproval(data: string): boolean {
  return found(data).some(({ call, value }) => call.kind !== 'amount' || isUnlimited(value))
}

/**
 * All approvals in the calldata. Only the outermost call can be compared with anything: the contract and the account of a nested call are
 * unknown.
 * @param to the called contract; null if the calldata is not a call
 */
export function approvalsIn(to: Address | null, data: string): Approval[] {
  return found(data).map(({ call, at, value }) => {
    const argument = (word: number) => wordAt(data, at + call.selector.length, word)
    const isItself = to !== null && at === 2 && call.kind === 'amount'
    return { amount: value, measure: isItself ? call.measure?.(to, argument) : undefined }
  })
}

interface Found {
  readonly call: Approving
  /** The position where its selector starts. */
  readonly at: number
  /** The amount or the flag. */
  readonly value: bigint
}

/** The calls that approve more than zero. */
function found(data: string): Found[] {
  return APPROVING.flatMap(call => {
    const hits: Found[] = []
    for (let at = data.indexOf(call.selector, 2); at >= 0; at = data.indexOf(call.selector, at + 1)) {
      const value = wordAt(data, at + call.selector.length, call.word)
      // Bytes start at even positions after the `0x`.
      if (at % 2 === 0 && (call.kind === 'always' || value !== 0n)) hits.push({ call, at, value })
    }
    return hits
  })
}

/**
 * Contracts of old compilers check less of their arguments than recent ones: they ignore what comes before an address, read any number but
 * zero as yes, and read zeros after the end of the calldata. This code must do the same.
 */
function wordAt(data: string, start: number, word: number): bigint {
  return BigInt(`0x${data.slice(start + word * WORD, start + (word + 1) * WORD).padEnd(WORD, '0')}`)
}

function addressOf(word: bigint): Address {
  return `0x${word.toString(16).padStart(WORD, '0').slice(-40)}`
}
