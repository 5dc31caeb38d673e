import { pageRuleOf, ruleOf } from '#app/policy.ts'
import type { Rule } from '#app/rule.ts'
import { routes } from '#api/routes.ts'
import { MEMBER_RIGHTS } from '#modules/accounts/member.ts'
import type { MemberRole } from '#platform/schema.ts'
import { pageRoutes } from './page-routes.ts'
import { rightsOf, STAFF_ROLES, type StaffRole } from './actors.ts'

export const STAFF = Object.keys(STAFF_ROLES) as StaffRole[]
/** The members of the owner's customer, by their roles. */
export const MEMBERS = {
  theirAdmin: 'admin',
  theirBilling: 'billing',
  theirTechnical: 'technical',
  theirSupport: 'support',
  theirReader: 'read_only',
} as const satisfies Record<string, MemberRole>
type MemberOfTheirs = keyof typeof MEMBERS
/**
 * Everybody who may come. `token` is a program with an API token of the owner for
 * everything, `watcher` one for reading servers alone, `friend` somebody to whom the owner has
 * lent their server, `acting` one of our support who looks at the pages of the owner's customer.
 */
export const ROLES = [
  'anonymous',
  'owner',
  ...(Object.keys(MEMBERS) as MemberOfTheirs[]),
  'friend',
  'other',
  'token',
  'watcher',
  ...STAFF,
  'acting',
] as const
export type Role = (typeof ROLES)[number]

/** Whose the thing at an address is: `none` where an address names nothing, `public` where it belongs to nobody. */
export type Ownership = 'none' | 'public' | 'own' | 'foreign' | 'missing'
export type Outcome = 'done' | 'sign in' | 'refused' | 'not found'
/** How something is asked for: of the API, as a page, as what a page without reload asks for in its place, or by a form. */
export type Surface = 'api' | 'page' | 'data' | 'form'

/** One thing that can be asked for. */
export type Asked = {
  surface: Surface
  name: string
  method: string
  /** Parameters as `{orderId}`, at most one. */
  path: string
  rule: Rule
  body?: object | undefined
}
export type Cell = { asked: Asked; role: Role; ownership: Ownership; expected: Outcome }

export const isStaff = (role: Role): role is StaffRole => STAFF.some((each) => each === role)
const isProgram = (role: Role): boolean => role === 'token' || role === 'watcher'
const isMember = (role: Role): role is MemberOfTheirs => role in MEMBERS

const LENT = new Set(['service.read', 'service.operate'])

/** Whether somebody's role lets them do this for the customer they act for. */
function mayAsMember(role: Role, permission: string): boolean {
  if (role === 'watcher') return permission === 'service.read'
  if (role === 'friend') return LENT.has(permission)
  return isMember(role) ? MEMBER_RIGHTS[MEMBERS[role]].has(permission) : true
}

/** What the table says must happen. It is read here a second time and by other words than the product's own. */
export function expected(rule: Rule, role: Role, ownership: Ownership): Outcome {
  if (role === 'acting' && !(rule.member ? rule.member.endsWith('.read') : rule.acting)) return 'refused'
  if (rule.who !== 'anyone' && role !== 'acting') {
    if (role === 'anonymous') return 'sign in'
    if (isProgram(role) && rule.session) return 'refused'
    if (isStaff(role)) {
      const allowed = rule.staff ? rightsOf(role).has(rule.staff) : rule.who !== 'customer'
      if (!allowed) return 'refused'
    } else if (rule.who === 'staff' || (rule.member && !mayAsMember(role, rule.member))) return 'refused'
  }
  if (ownership === 'missing') return 'not found'
  // Our own people see what belongs to any customer, but among each other only what is theirs.
  if (ownership === 'foreign' && !(isStaff(role) && rule.who !== 'user')) return 'not found'
  return 'done'
}

const operations: Asked[] = routes.map((route) => ({
  surface: 'api',
  name: route.operationId,
  method: route.method.toUpperCase(),
  path: `/api/v1${route.path}`,
  rule: ruleOf(route.operationId),
  body: route.body ? (route.example ?? {}) : undefined,
}))

/** A page at every address it has, in both languages of the shop; those we only see while developing are not built. */
const pages: Asked[] = pageRoutes
  .filter(({ file }) => !file.startsWith('dev/'))
  .flatMap(({ pattern, file }) => {
    const rule = pageRuleOf(pattern)
    if (!rule) throw new Error(`${pattern} has no row in policy.ts`)
    const path = pattern.replaceAll(/:(\w+)/g, '{$1}').replace(/\*$/, '{nothing}')
    const addresses = path.includes('/de?') ? [path.replace('/de?', '') || '/', path.replace('/de?', '/de')] : [path]
    const at = (surface: Surface, address: string): Asked => {
      const asked = surface === 'data' ? `${address}.data` : address
      return { surface, name: asked, method: surface === 'form' ? 'POST' : 'GET', path: asked, rule }
    }
    // Only portal and staff area ask for data without a reload, and a document such as a PDF is never asked for so.
    const asksForData = /^\/(portal|staff)/.test(path) && file.endsWith('.tsx')
    return addresses.flatMap((each) => [at('page', each), at('form', each), ...(asksForData ? [at('data', each)] : [])])
  })

const PUBLIC = new Set(['slug', 'plan', 'role', 'provider', 'report', 'previewToken', 'gatewaySubscriptionId'])

export const parameterOf = (path: string): string | undefined => /\{(\w+)\}/.exec(path)?.[1]

function ownershipsAt(path: string): Ownership[] {
  const parameter = parameterOf(path)
  if (parameter === undefined) return ['none']
  if (parameter === 'nothing') return ['missing']
  return PUBLIC.has(parameter) ? ['public', 'missing'] : ['own', 'foreign', 'missing']
}

/** Every role at every operation and page, with their own, others' and missing things. */
export const cells: readonly Cell[] = [...operations, ...pages]
  .flatMap((asked) =>
    ROLES.flatMap((role) => ownershipsAt(asked.path).map((ownership) => cellOf(asked, role, ownership))),
  )
  // An empty form to a page that lets them in says nothing of who may; what forms may do is tested with each page.
  .filter(({ asked, expected: outcome }) => asked.surface !== 'form' || outcome === 'sign in' || outcome === 'refused')

function cellOf(asked: Asked, role: Role, ownership: Ownership): Cell {
  // Pages know cookies only: to them a program with a token is a stranger.
  const comesAs = asked.surface !== 'api' && isProgram(role) ? 'anonymous' : role === 'acting' ? actsAs(asked) : role
  return { asked, role, ownership, expected: expected(asked.rule, comesAs, ownership) }
}

/** Only on the pages of customers they are not themselves. */
function actsAs({ surface, rule }: Asked): Role {
  return surface === 'api' || rule.who !== 'customer' || rule.staff ? 'support' : 'acting'
}
