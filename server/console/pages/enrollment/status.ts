import type { Contract } from '../../../../src/contract/all.ts'
import type { Access, Vault } from '../../ui/access/grant-fields.tsx'

export type Asked = Contract['agents.enrollment']['reply']
export type Approved = Contract['agents.approve']['reply']

/** The state of the page about the enrolling agent. */
export type Phase =
  | { readonly at: 'loading' }
  | {
      readonly at: 'asking'
      readonly asked: Asked
      readonly vaults: readonly Vault[]
      readonly busy?: boolean
      readonly failure?: string
    }
  /** By this page, just now: the key is shown here and never again. */
  | { readonly at: 'approved'; readonly approved: Approved; readonly access: Access | undefined }
  /** `status`: `approved`, `denied` or `expired`; `here`: by this page, just now. */
  | { readonly at: 'over'; readonly status: string; readonly here: boolean }
  | { readonly at: 'unknown' }
  | { readonly at: 'failed'; readonly message: string }

const ADDRESS = /^\/enroll\/([\w-]{1,128})$/

/** The link that an address is. */
export function enrollmentAt(pathname: string): string | undefined {
  return ADDRESS.exec(pathname)?.[1]
}
