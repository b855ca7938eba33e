import type { Contract } from '../../../src/contract/all.ts'

export type Asked = Contract['agents.enrollment']['reply']
export type Approved = Contract['agents.approve']['reply']
export type Access = NonNullable<Contract['agents.approve']['body']['grant']>
export type Vault = Contract['vaults.list']['reply']['vaults'][number]

/** What the page knows of the agent that asks. */
export type Standing =
  | { readonly at: 'loading' }
  | {
      readonly at: 'asking'
      readonly asked: Asked
      readonly vaults: readonly Vault[]
      readonly busy?: boolean
      readonly failure?: string
    }
  /** By this page, just now: the key is shown here and never again. */
  | { readonly at: 'approved'; readonly approved: Approved }
  /** `status`: `approved`, `denied` or `expired`; `here`: by this page, just now. */
  | { readonly at: 'over'; readonly status: string; readonly here: boolean }
  | { readonly at: 'unknown' }
  | { readonly at: 'failed'; readonly message: string }

const ADDRESS = /^\/enroll\/([\w-]{1,128})$/

/** The link that an address is. */
export function enrollmentAt(pathname: string): string | undefined {
  return ADDRESS.exec(pathname)?.[1]
}

/** What the form of the page grants; undefined without a pattern, which is how to grant nothing yet. */
export function accessIn(data: FormData): Access | undefined {
  const pattern = String(data.get('pattern') ?? '').trim()
  const vault = String(data.get('vault') ?? '')
  if (pattern === '' || vault === '') return undefined
  const permissions = (['read', 'write', 'delete', 'rotate'] as const).filter(each => data.get(each) !== null)
  return { vault_id: vault, secret_path_pattern: pattern, permissions: permissions.length > 0 ? permissions : ['read'] }
}
