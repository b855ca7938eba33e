import type { Contract } from '../../../../src/contract/all.ts'

export type Member = Contract['org.members']['reply']['members'][number]
