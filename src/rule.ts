import { type MemberPermission, mayDo, mayDoSomewhere, type StaffPermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/**
 * Who may call an operation or open a page. `anyone`: no credentials needed. `customer`: a user who acts for a customer.
 * `user`: the same, and staff about themselves. `staff`: our own people. `member` narrows a customer's users to those whose
 * role has the permission, or who were lent a service with it. A permission in `staff` narrows `staff` to those of us who
 * have it, and lets them in beside customers. `session` shuts programs with an API token out. Which rows the caller sees is
 * decided by every query, not here.
 */
export type Rule = {
  who: 'anyone' | 'user' | 'customer' | 'staff'
  session: boolean
  member?: MemberPermission
  staff?: StaffPermission
  /** Also for one of us who looks at a customer's pages; where `member` is given, their rights decide instead. */
  acting?: true
}

/** Whether a rule lets this actor in. Whether they came with a session or a token is asked where requests arrive. */
export function admits(rule: Rule, actor: Actor): boolean {
  switch (actor.kind) {
    case 'system':
      return true
    case 'anonymous':
      return rule.who === 'anyone'
    case 'user':
      if (actor.actingStaff && rule.member === undefined) return rule.acting === true || rule.who === 'anyone'
      return rule.who !== 'staff' && (rule.member === undefined || mayDoSomewhere(actor, rule.member))
    case 'staff':
      if (rule.who === 'anyone' || rule.who === 'user') return true
      return rule.staff === undefined ? rule.who === 'staff' : mayDo(actor, rule.staff)
  }
}
