import type { Recipes } from './recipe.ts'

const NO_PROVIDER = 'the scene has no payment provider'

/** Usage, plans and money. */
export const billingRecipes: Recipes = {
  'billing.usage': { good: () => ({}), anyone: true },
  'billing.breakdown': { good: () => ({ query: '?month=2030-01' }), anyone: true },
  'billing.history': { good: () => ({}), anyone: true },
  'billing.subscription': { good: () => ({}), anyone: true },
  'billing.balance': { good: () => ({}), anyone: true },
  'billing.ledger': { good: () => ({}), anyone: true },
  'billing.set-overage': { good: () => ({ body: { method: 'credits' } }) },
  'billing.subscribe': { good: () => ({ body: { tier: 'pro', interval: 'monthly', trial: true } }), never: NO_PROVIDER },
  'billing.portal': { good: () => ({}), never: NO_PROVIDER },
  'billing.topup': { good: () => ({ body: { amount_usd: 5 } }), never: NO_PROVIDER },
  'billing.webhook': { good: () => ({}), never: NO_PROVIDER },
  'x402.prices': { good: () => ({}) },
  'admin.orgs': { good: () => ({}), everywhere: true },
  'admin.reset-usage': { good: () => ({}), everywhere: true },
  'admin.reset-usage-of-user': { good: ({ stranger }) => ({ body: { email: stranger.email } }), everywhere: true },
}
