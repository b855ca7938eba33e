import { type ApiKeyDeps, apiKeys } from './service.ts'

/** Personal API keys. */
export function apiKeyArea(deps: ApiKeyDeps) {
  return { apiKeys: apiKeys(deps) }
}
