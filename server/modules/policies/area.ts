import { type AccessDeps, access } from './access.ts'
import { recordedAdder } from './adding.ts'
import { type ExplainDeps, explain } from './explain.ts'
import { folderAccess } from './folder-access.ts'
import { type PolicyDeps, policies } from './service.ts'

/** Policies, and the explanation of decisions. */
export function policyArea(deps: PolicyDeps & ExplainDeps & AccessDeps) {
  return {
    policies: policies(deps),
    explain: explain(deps),
    access: { ofSecret: access(deps), ofFolders: folderAccess(deps) },
    addPolicy: recordedAdder(deps),
  }
}
