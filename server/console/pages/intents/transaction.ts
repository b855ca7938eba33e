import type { Contract } from '../../../../src/contract/all.ts'

export type Agent = Contract['agents.get']['reply']
export type Transaction = Contract['intents.get']['reply']
export type Simulation = Contract['intents.simulate']['reply']
export type Status = Transaction['status']

/** A status in words, and its tone. */
export interface StatusText {
  readonly label: string
  readonly tone: 'plain' | 'good' | 'bad' | 'warn'
}

const STATUSES: Readonly<Record<Status, StatusText>> = {
  pending: { label: 'Being signed', tone: 'plain' },
  signed: { label: 'Not confirmed by a node yet', tone: 'warn' },
  sign_only: { label: 'Signed, not sent', tone: 'plain' },
  broadcast: { label: 'Sent', tone: 'plain' },
  failed: { label: 'Failed', tone: 'bad' },
  simulation_failed: { label: 'Not signed: simulation failed', tone: 'bad' },
}

/** The statuses that a list can be narrowed to, as the server knows them. */
export const statuses = Object.keys(STATUSES) as readonly Status[]

export function statusLabel(status: Status): string {
  return STATUSES[status].label
}

/** The chain's state once there is one, and ours before that. */
export function statusOf({ status, chain_status: onChain }: Transaction): StatusText {
  if (onChain === 'mined') return { label: 'In a block', tone: 'good' }
  if (onChain === 'reverted') return { label: 'In a block, but reverted', tone: 'bad' }
  if (onChain === 'replaced' && status === 'failed') return { label: 'Replaced by another', tone: 'bad' }
  return STATUSES[status]
}

const DECIMALS = 18

/** Wei as a decimal number of whole units. */
export function wholeUnits(wei: string): string {
  const digits = wei.padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return digits.slice(0, -DECIMALS) + (fraction && `.${fraction}`)
}

/** An external link, if it is a web address. */
export function webAddress(url: string | undefined): string | undefined {
  return /^https?:$/.test(URL.parse(url ?? '')?.protocol ?? '') ? url : undefined
}
