import type { Contract } from '../../../../src/contract/all.ts'

export type AuditEvent = Contract['audit.events']['reply']['events'][number]
