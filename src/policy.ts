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

const anyone: Rule = { who: 'anyone', session: false }
const user: Rule = { who: 'user', session: false }
const userSession: Rule = { who: 'user', session: true }
const customerSession: Rule = { who: 'customer', session: true }
const member = (permission: MemberPermission): Rule => ({ who: 'customer', session: false, member: permission })
const memberSession = (permission: MemberPermission): Rule => ({ who: 'customer', session: true, member: permission })
const anyStaff: Rule = { who: 'staff', session: true }
const staff = (permission: StaffPermission): Rule => ({ who: 'staff', session: true, staff: permission })

/** Every operation of the API. A route without a row here does not compile, and none is open by default. */
export const apiPolicy = {
  registerUser: anyone,
  verifyEmail: anyone,
  resendVerification: anyone,
  requestPasswordReset: anyone,
  resetPassword: anyone,
  signIn: anyone,
  createTokenPair: anyone,
  refreshTokenPair: anyone,
  revokeTokenPair: anyone,
  listSessions: userSession,
  signOut: userSession,
  endSession: userSession,
  confirmSession: userSession,
  getMe: user,
  updateMe: userSession,
  changePassword: userSession,
  requestEmailChange: userSession,
  confirmEmailChange: anyone,
  replaceBillingDetails: member('customer.update'),
  listApiTokens: customerSession,
  createApiToken: memberSession('token.create'),
  revokeApiToken: customerSession,
  listIdentities: userSession,
  disconnectIdentity: userSession,
  listPasskeys: userSession,
  removePasskey: userSession,
  listProducts: anyone,
  getProduct: anyone,
  listRegions: anyone,
  listImages: anyone,
  createQuote: anyone,
  createOrder: member('order.place'),
  listOrders: member('order.read'),
  getOrder: member('order.read'),
  cancelOrder: member('order.cancel'),
  listInvoices: member('invoice.read'),
  createInvoice: staff('invoice.create'),
  getInvoice: member('invoice.read'),
  getInvoicePdf: member('invoice.read'),
  getInvoiceXml: member('invoice.read'),
  explainInvoice: member('invoice.read'),
  payInvoice: member('invoice.pay'),
  payInvoices: member('invoice.pay'),
  payByTransfer: member('invoice.pay'),
  getPayment: member('invoice.read'),
  getCredit: member('invoice.read'),
  listCreditHistory: member('invoice.read'),
  getStatement: member('invoice.read'),
  topUp: member('invoice.pay'),
  getCreditNote: member('invoice.read'),
  getCreditNotePdf: member('invoice.read'),
  getCreditNoteXml: member('invoice.read'),
  listServices: member('service.read'),
  getService: member('service.read'),
  createServiceAction: member('service.operate'),
  listServiceActions: member('service.read'),

  listSubscriptions: member('invoice.read'),
  getSubscription: member('invoice.read'),
  quoteChange: member('order.place'),
  getChange: member('invoice.read'),
  acceptChange: member('order.place'),
  withdrawChange: member('order.place'),
  cancelSubscription: member('order.cancel'),
  undoCancellation: member('order.cancel'),
  listGatewaySubscriptions: staff('payment.read'),
  adoptSubscription: staff('customer.update'),
  moveSubscriptions: staff('customer.update'),

  listMembers: member('member.read'),
  changeMemberRole: memberSession('member.manage'),
  removeMember: memberSession('member.manage'),
  demandSecondFactor: memberSession('member.manage'),
  listInvitations: member('member.read'),
  inviteMember: memberSession('member.manage'),
  // What an invitation asks for decides: a role, or a service.
  revokeInvitation: memberSession('service.lend'),
  lendService: memberSession('service.lend'),
  listGrants: member('member.read'),
  getGrant: member('member.read'),
  revokeGrant: memberSession('service.lend'),

  // Whoever was lent a service hears of that alone.
  followEvents: { who: 'customer', session: false, member: 'service.read', staff: 'event.read' },
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
  '/de?/orders/:orderId/done': { who: 'customer', session: true, member: 'invoice.read', staff: 'order.read' },
  '/de?/legal/terms': anyone,
  '/preview': anyone,
  '/preview/:previewToken': anyone,
  '/kit': anyone,
  '/*': anyone,

  // Sign-in
  '/login': anyone,
  '/login/code': anyone,
  '/login/with/:provider': anyone,
  '/login/with/:provider/callback': anyone,
  '/confirm': userSession,
  '/logout': anyone,
  '/invitation': anyone,
  '/register': anyone,
  '/verify-email': anyone,
  '/change-email': anyone,
  '/forgot-password': anyone,
  '/reset-password': anyone,
  '/join': anyone,
  '/login/kit': anyone,
  '/preferences': anyone,

  // Portal
  '/portal': { ...customerSession, acting: true },
  '/portal/services': memberSession('service.read'),
  '/portal/services/:serviceId': memberSession('service.read'),
  '/portal/billing': memberSession('invoice.read'),
  '/portal/billing/credit': memberSession('invoice.read'),
  '/portal/billing/pay': memberSession('invoice.pay'),
  '/portal/billing/statements': memberSession('invoice.read'),
  '/portal/billing/statements/file': memberSession('invoice.read'),
  '/portal/invoices': memberSession('invoice.read'),
  '/portal/invoices/:invoiceId': memberSession('invoice.read'),
  '/portal/invoices/:invoiceId/why': memberSession('invoice.read'),
  '/portal/invoices/:invoiceId/pay': memberSession('invoice.pay'),
  '/portal/invoices/:invoiceId/pdf': memberSession('invoice.read'),
  '/portal/invoices/:invoiceId/xml': memberSession('invoice.read'),
  '/portal/credit-notes/:creditNoteId/pdf': memberSession('invoice.read'),
  '/portal/credit-notes/:creditNoteId/xml': memberSession('invoice.read'),
  '/portal/quotes': memberSession('invoice.read'),
  '/portal/subscriptions': memberSession('invoice.read'),
  '/portal/subscriptions/:subscriptionId': memberSession('invoice.read'),
  '/portal/subscriptions/:subscriptionId/change': memberSession('order.place'),
  '/portal/subscriptions/:subscriptionId/cancel': memberSession('order.cancel'),
  '/portal/services/:serviceId/lend': memberSession('service.lend'),
  '/portal/team': memberSession('member.read'),
  '/portal/team/grants/:grantId': memberSession('member.read'),
  '/portal/accounts': customerSession,
  '/portal/profile': customerSession,
  '/portal/profile/billing': memberSession('customer.read'),
  '/portal/profile/security': customerSession,
  '/portal/profile/data': customerSession,
  '/portal/profile/data/:exportId': customerSession,
  '/portal/profile/api-tokens': customerSession,
  '/portal/kit': customerSession,
  '/portal/*': { ...customerSession, acting: true },

  // Staff
  '/staff': anyStaff,
  '/staff/search': staff('customer.read'),
  '/staff/customers': staff('customer.read'),
  '/staff/customers/:customerId': staff('customer.read'),
  '/staff/customers/:customerId/statement': staff('invoice.read'),
  '/staff/customers/:customerId/statement/file': staff('invoice.read'),
  '/staff/orders': staff('order.read'),
  '/staff/orders/:orderId': staff('order.read'),
  '/staff/invoices': staff('invoice.read'),
  '/staff/invoices/new': staff('invoice.create'),
  '/staff/invoices/:invoiceId': staff('invoice.read'),
  '/staff/invoices/:invoiceId/why': staff('invoice.read'),
  '/staff/invoices/:invoiceId/pdf': staff('invoice.read'),
  '/staff/invoices/:invoiceId/xml': staff('invoice.read'),
  '/staff/credit': staff('payment.read'),
  '/staff/credit-notes': staff('invoice.read'),
  '/staff/credit-notes/:creditNoteId/pdf': staff('invoice.read'),
  '/staff/credit-notes/:creditNoteId/xml': staff('invoice.read'),
  '/staff/payments': staff('payment.read'),
  '/staff/payments/record': staff('payment.record'),
  '/staff/payments/:paymentId': staff('payment.read'),
  '/staff/refunds': staff('payment.read'),
  '/staff/disputes': staff('payment.read'),
  '/staff/disputes/:disputeId': staff('payment.read'),
  '/staff/unmatched': staff('payment.read'),
  '/staff/billing/dunning': staff('payment.read'),
  '/staff/billing/proof': staff('payment.read'),
  '/staff/quotes': staff('invoice.read'),
  '/staff/adoption': staff('payment.read'),
  '/staff/adoption/:gatewaySubscriptionId': staff('payment.read'),
  '/staff/subscriptions': staff('invoice.read'),
  '/staff/subscriptions/:subscriptionId': staff('invoice.read'),
  '/staff/subscriptions/:subscriptionId/change': staff('customer.update'),
  '/staff/billing/forecasts': staff('forecast.run'),
  '/staff/billing/forecasts/new': staff('forecast.run'),
  '/staff/billing/forecasts/:forecastId': staff('forecast.run'),
  '/staff/billing/forecasts/:forecastId/export': staff('forecast.run'),
  '/staff/services': staff('service.read'),
  '/staff/services/:serviceId': staff('service.read'),
  '/staff/procedures': staff('procedure.read'),
  '/staff/procedures/:procedureId': staff('procedure.read'),
  '/staff/jobs': staff('job.read'),
  '/staff/events': staff('event.read'),
  '/staff/events/export': staff('event.read'),
  '/staff/events/reports': staff('event.read'),
  '/staff/reports': staff('report.read'),
  '/staff/reports/tax/documents': staff('report.read'),
  '/staff/reports/:report': staff('report.read'),
  '/staff/reports/:report/export': staff('report.read'),
  '/staff/catalog': staff('catalog.read'),
  '/staff/catalog/new': staff('catalog.edit'),
  '/staff/catalog/stock': staff('catalog.read'),
  '/staff/catalog/stock/:planId': staff('catalog.read'),
  '/staff/catalog/:productId': staff('catalog.read'),
  '/staff/catalog/versions/:versionId': staff('catalog.read'),
  '/staff/catalog/versions/:versionId/edit': staff('catalog.edit'),
  '/staff/catalog/versions/:versionId/plan': staff('catalog.edit'),
  '/staff/catalog/versions/:versionId/option': staff('catalog.edit'),
  '/staff/catalog/versions/:versionId/choice': staff('catalog.edit'),
  '/staff/repricings': staff('catalog.reprice'),
  '/staff/repricings/new': staff('catalog.reprice'),
  '/staff/repricings/:repricingId': staff('catalog.reprice'),
  '/staff/repricings/:repricingId/export': staff('catalog.reprice'),
  '/staff/tax': staff('tax.manage'),
  '/staff/coupons': staff('coupon.read'),
  '/staff/coupons/new': staff('coupon.manage'),
  '/staff/coupons/:couponId': staff('coupon.read'),
  '/staff/coupons/:couponId/edit': staff('coupon.manage'),
  '/staff/people': staff('staff.read'),
  '/staff/people/:userId': staff('staff.read'),
  '/staff/roles': staff('staff.read'),
  '/staff/roles/:role': staff('staff.read'),
  '/staff/impersonations': staff('staff.read'),
  '/staff/acting': anyStaff,
  '/staff/approvals': anyStaff,
  '/staff/settings': anyStaff,
  '/staff/settings/billing': staff('settings.manage'),
  '/staff/settings/numbering': staff('settings.manage'),
  '/staff/settings/currencies': staff('settings.manage'),
  '/staff/settings/company': staff('settings.manage'),
  '/staff/settings/mails': staff('notification.read'),
  '/staff/settings/mails/log': staff('notification.read'),
  '/staff/security': anyStaff,
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
      if (actor.actingStaff && rule.member === undefined) return rule.acting === true || rule.who === 'anyone'
      return rule.who !== 'staff' && (rule.member === undefined || mayDoSomewhere(actor, rule.member))
    case 'staff':
      if (rule.who === 'anyone' || rule.who === 'user') return true
      return rule.staff === undefined ? rule.who === 'staff' : mayDo(actor, rule.staff)
  }
}
