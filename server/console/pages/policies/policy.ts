import type { Contract } from '../../../../src/contract/all.ts'

export type Policy = Contract['policies.list']['reply']['policies'][number]
export type Permission = Contract['policies.create']['body']['permissions'][number]

/** A description of each permission. */
export const PERMISSIONS: Readonly<Record<Permission, string>> = {
  read: 'read: list and read values',
  write: 'write: new secrets and versions, delete',
  delete: 'delete',
  rotate: 'rotate: have a random value written',
  admin: 'admin: all of it, and the policies of these paths',
}

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as Permission[]
