import { STAFF_PERMISSIONS } from '#modules/accounts/permissions.ts'

/** Permissions under their nouns, in the order of the matrix. */
export const permissionsByNoun = (): [string, string[]][] => {
  const groups = new Map<string, string[]>()
  for (const each of STAFF_PERMISSIONS) {
    const noun = each.slice(0, each.indexOf('.'))
    groups.set(noun, [...(groups.get(noun) ?? []), each])
  }
  return [...groups]
}
