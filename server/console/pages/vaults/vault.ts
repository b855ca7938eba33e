import type { Contract } from '../../../../src/contract/all.ts'

export type Vault = Contract['vaults.get']['reply']
