import type { Rpc } from '../../../http/json-rpc.ts'
import { type Approval, approvalsIn, hasUnlimitedApproval, type Measure } from '../calldata/approvals.ts'
import { isKnownOfTokens } from '../calldata/token-functions.ts'
import type { Chain } from '../ports.ts'
import { isBytes } from './node-values.ts'

type Address = `0x${string}`

/** The known facts about approvals, for the guardrail and the summary. */
export interface Approvals {
  /** Whether everything that the guardrail needs was checked. */
  readonly measured: boolean
  /** The reason why one of them counts as unlimited. */
  readonly open?: string | undefined
  /** The reason why the called function could approve something without a limit. */
  readonly unknown?: string | undefined
  /** There is an approval, and no node was asked for the amount to compare it with. */
  readonly unasked?: boolean
}

export const NOT_MEASURED: Approvals = { measured: false }

const BALANCE_OF = '0x70a08231'
const BALANCE_OF_ID = '0x00fdd58e'
const TOTAL_SUPPLY = '0x18160ddd'
const TOTAL_SUPPLY_OF_ID = '0xbd85b039'
const ALLOWANCE = '0xdd62ed3e'
const SUPPORTS_INTERFACE = '0x01ffc9a7'
const ERC721 = '80ac58cd'
const OF_MANY_KINDS = ['d9b67a26', '0f632fb3']

/** An amount that no token has. */
const WITHOUT_LIMIT = 'An unlimited token approval is in the calldata.'
const NO_COMPARISON = 'An approval in the calldata cannot be compared with what the account holds.'

export type Allowances = ReturnType<typeof allowances>

/**
 * Compares approvals with their tokens. An amount above the account's balance or the total supply counts as unlimited, as does one that
 * cannot be compared.
 */
export function allowances(rpcOf: (chain: Chain) => Rpc) {
  /** The single word that a contract returns; undefined if it returns anything else. */
  async function word(chain: Chain, to: Address, data: string): Promise<bigint | undefined> {
    const { error, result } = {
      error: undefined,
      result: undefined,
      ...(await rpcOf(chain).call('eth_call', [{ to, data }, 'latest'])),
    }
    return error === undefined && isBytes(result) && result.length === 66 ? BigInt(result) : undefined
  }

  const supports = async (chain: Chain, to: Address, id: string) =>
    (await word(chain, to, SUPPORTS_INTERFACE + id.padEnd(64, '0'))) === 1n

  async function openness(chain: Chain, from: Address, { amount, measure }: Approval): Promise<string | undefined> {
    if (!measure) return NO_COMPARISON
    const { token, holder = from } = measure
    if (measure.id === undefined && (await supports(chain, token, ERC721))) return undefined
    const [held, supply, before] = await Promise.all([
      word(
        chain,
        token,
        measure.id === undefined ? BALANCE_OF + padded(holder) : BALANCE_OF_ID + padded(holder) + padded(measure.id),
      ),
      supplyOf(chain, measure),
      measure.addsFor === undefined ? 0n : word(chain, token, ALLOWANCE + padded(holder) + padded(measure.addsFor)),
    ])
    if (held === undefined || before === undefined) return NO_COMPARISON
    const allowed = before + amount
    if (supply !== undefined && allowed > supply)
      return `An approval of ${allowed} base units of ${token} is for more than there is of it.`
    if (allowed > held)
      return `An approval of ${allowed} base units of ${token} is for more than the ${held} that ${holder} holds.`
    return undefined
  }

  /** If a contract reports no total supply, the account's balance is the only limit. */
  function supplyOf(chain: Chain, { token, id }: Measure): Promise<bigint | undefined> {
    return word(chain, token, id === undefined ? TOTAL_SUPPLY : TOTAL_SUPPLY_OF_ID + padded(id))
  }

  /** Whether a contract responds like a token or collectible. */
  async function isToken(chain: Chain, to: Address): Promise<boolean> {
    const nobody = padded(0n)
    const answers = await Promise.all([
      word(chain, to, BALANCE_OF + nobody),
      word(chain, to, TOTAL_SUPPLY),
      word(chain, to, ALLOWANCE + nobody + nobody),
    ])
    if (answers.some(answer => answer !== undefined)) return true
    const kinds = await Promise.all(OF_MANY_KINDS.map(id => supports(chain, to, id)))
    return kinds.includes(true)
  }

  async function firstOpen(chain: Chain, from: Address, approvals: readonly Approval[]): Promise<string | undefined> {
    for (const approval of approvals) {
      const open = await openness(chain, from, approval)
      if (open !== undefined) return open
    }
    return undefined
  }

  return {
    isToken,

    firstOpen,

    /** Returns only the approvals, for agents that may approve anything. An amount that no node reports cannot be compared. */
    async ofApprovals(chain: Chain, from: Address, approvals: readonly Approval[]): Promise<Approvals> {
      const open = await firstOpen(chain, from, approvals).catch(() => NO_COMPARISON)
      return { measured: false, open }
    },

    /**
     * The same for a transaction.
     * @throws Problem `chain.unreachable` if there is something to compare and no node replies
     */
    async ofCall(
      chain: Chain,
      from: Address,
      { to, data }: { readonly to: Address | null; readonly data: string },
    ): Promise<Approvals> {
      if (hasUnlimitedApproval(data)) return { measured: true, open: WITHOUT_LIMIT }
      const open = await firstOpen(chain, from, approvalsIn(to, data))
      if (open !== undefined || to === null || isKnownOfTokens(data) || !(await isToken(chain, to)))
        return { measured: true, open }
      return {
        measured: true,
        unknown: `${to} answers like a token, and its function ${data.slice(0, 10)} is not known: it could let somebody take tokens.`,
      }
    },
  }
}

/** The facts that need no node. */
export function unaskedApprovals({ to, data }: { readonly to: Address | null; readonly data: string }): Approvals {
  if (hasUnlimitedApproval(data)) return { measured: false, open: WITHOUT_LIMIT }
  return { measured: false, unasked: approvalsIn(to, data).length > 0 }
}

function padded(value: Address | bigint): string {
  return BigInt(value).toString(16).padStart(64, '0')
}
