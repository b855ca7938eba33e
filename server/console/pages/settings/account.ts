import type { Contract } from '../../../../src/contract/all.ts'

export type AdminUser = Contract['admin.users']['reply']['users'][number]
