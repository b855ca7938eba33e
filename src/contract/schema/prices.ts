/** The price of one request in US dollars, for the usage and for payments by x402. */
interface PriceTag {
  readonly usd: string
  readonly x402Usd: string
  /** A description of the request for people who read the offer. */
  readonly title: string
}

/** Decimal text, so no price is ever rounded. */
export const PRICES = {
  read: { usd: '0.001', x402Usd: '0.0015', title: 'Read a secret' },
  write: { usd: '0.005', x402Usd: '0.0075', title: 'Write a secret' },
  share: { usd: '0.002', x402Usd: '0.003', title: 'Share a secret' },
  'share-access': { usd: '0.001', x402Usd: '0.0015', title: 'Open a share' },
  audit: { usd: '0.0005', x402Usd: '0.0008', title: 'Query the audit log' },
  simulation: { usd: '0', x402Usd: '0.075', title: 'Simulate a transaction' },
  transaction: { usd: '0', x402Usd: '0.075', title: 'Sign a transaction' },
} as const satisfies Record<string, PriceTag>

export type Price = keyof typeof PRICES
