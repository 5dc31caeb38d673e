import { mayDo, type Permission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/**
 * Who may call an operation or open a page. `anyone`: no credentials needed. `customer`: a user who acts for a customer.
 * `user`: the same, and staff about themselves. `staff`: our own people. A permission in `staff` narrows `staff` to those
 * of us who have it, and lets them in beside customers. `session` shuts programs with an API token out. Which rows the
 * caller sees is decided by every query, not here.
 */
export type Rule = { who: 'anyone' | 'user' | 'customer' | 'staff'; session: boolean; staff?: Permission }

const anyone: Rule = { who: 'anyone', session: false }
const user: Rule = { who: 'user', session: false }
const userSession: Rule = { who: 'user', session: true }
const customer: Rule = { who: 'customer', session: false }
const customerSession: Rule = { who: 'customer', session: true }
const anyStaff: Rule = { who: 'staff', session: true }
const staff = (permission: Permission): Rule => ({ who: 'staff', session: true, staff: permission })

/** Every operation of the API. A route without a row here does not compile, and none is open by default. */
export const apiPolicy = {
  registerUser: anyone,
  verifyEmail: anyone,
  resendVerification: anyone,
  requestPasswordReset: anyone,
  resetPassword: anyone,
  signIn: anyone,
  listSessions: userSession,
  signOut: userSession,
  endSession: userSession,
  getMe: user,
  updateMe: userSession,
  changePassword: userSession,
  replaceBillingDetails: customer,
  listApiTokens: customerSession,
  createApiToken: customerSession,
  revokeApiToken: customerSession,
  listPasskeys: userSession,
  removePasskey: userSession,

  listProducts: anyone,
  getProduct: anyone,
  listRegions: anyone,
  listImages: anyone,
  createQuote: anyone,

  createOrder: customer,
  listOrders: customer,
  getOrder: customer,
  cancelOrder: customer,

  listInvoices: customer,
  getInvoice: customer,
  getInvoicePdf: customer,
  payInvoice: customer,
  getPayment: customer,

  listServices: customer,
  getService: customer,
  createServiceAction: customer,
  listServiceActions: customer,

  followEvents: { who: 'customer', session: false, staff: 'event.read' },
} as const satisfies Record<string, Rule>

export type OperationId = keyof typeof apiPolicy

/**
 * Every page, by the pattern of its address in web/routes.ts. A page without a row here is answered as if it were not
 * there, and a test fails. What a form on a page does is asked of its command again.
 */
export const pagePolicy = {
  // Shop
  '/de?': anyone,
  '/de?/pricing': anyone,
  '/de?/products': anyone,
  '/de?/products/:slug': anyone,
  '/de?/order/:plan': anyone,
  '/de?/cart': anyone,
  '/de?/checkout': anyone,
  '/de?/orders/:orderId/done': { who: 'customer', session: true, staff: 'order.read' },
  '/de?/legal/terms': anyone,
  '/kit': anyone,
  '/*': anyone,

  // Sign-in
  '/login': anyone,
  '/login/code': anyone,
  '/logout': anyone,
  '/register': anyone,
  '/verify-email': anyone,
  '/forgot-password': anyone,
  '/reset-password': anyone,
  '/login/kit': anyone,
  '/preferences': anyone,

  // Portal
  '/portal': customerSession,
  '/portal/services': customerSession,
  '/portal/services/:serviceId': customerSession,
  '/portal/invoices': customerSession,
  '/portal/invoices/:invoiceId': customerSession,
  '/portal/invoices/:invoiceId/pay': customerSession,
  '/portal/invoices/:invoiceId/pdf': customerSession,
  '/portal/profile': customerSession,
  '/portal/profile/billing': customerSession,
  '/portal/profile/security': customerSession,
  '/portal/profile/api-tokens': customerSession,
  '/portal/kit': customerSession,
  '/portal/*': customerSession,

  // Staff
  '/staff': anyStaff,
  '/staff/search': staff('customer.read'),
  '/staff/customers': staff('customer.read'),
  '/staff/customers/:customerId': staff('customer.read'),
  '/staff/orders': staff('order.read'),
  '/staff/orders/:orderId': staff('order.read'),
  '/staff/invoices': staff('invoice.read'),
  '/staff/invoices/:invoiceId': staff('invoice.read'),
  '/staff/invoices/:invoiceId/pdf': staff('invoice.read'),
  '/staff/services': staff('service.read'),
  '/staff/services/:serviceId': staff('service.read'),
  '/staff/procedures': staff('procedure.read'),
  '/staff/procedures/:procedureId': staff('procedure.read'),
  '/staff/jobs': staff('job.read'),
  '/staff/events': staff('event.read'),
  '/staff/catalog': staff('catalog.read'),
  '/staff/developer': anyStaff,
  '/staff/kit': anyStaff,
  '/staff/*': anyStaff,
} as const satisfies Record<string, Rule>

/** The rule of an operation. */
export const ruleOf = (operationId: OperationId): Rule => apiPolicy[operationId]

/** The rule of the page at this pattern; undefined where the table has no row, so that nobody is let in. */
export const pageRuleOf = (pattern: string): Rule | undefined =>
  Object.hasOwn(pagePolicy, pattern) ? pagePolicy[pattern as keyof typeof pagePolicy] : undefined

/** Whether a rule lets this actor in. Whether they came with a session or a token is asked where requests arrive. */
export function admits(rule: Rule, actor: Actor): boolean {
  switch (actor.kind) {
    case 'system':
      return true
    case 'anonymous':
      return rule.who === 'anyone'
    case 'user':
      return rule.who !== 'staff'
    case 'staff':
      if (rule.who === 'anyone' || rule.who === 'user') return true
      return rule.staff === undefined ? rule.who === 'staff' : mayDo(actor, rule.staff)
  }
}
