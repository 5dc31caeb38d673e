import type { Permission } from '#modules/accounts/permissions.ts'

/**
 * Who may call an operation. `anyone`: no credentials needed. `customer`: a user who acts for a customer. `user`: the
 * same, and staff about themselves. `staff` adds our own people who have that permission. `session` shuts programs with
 * an API token out. Which rows the caller sees is decided by every query, not here.
 */
export type Rule = { who: 'anyone' | 'user' | 'customer'; session: boolean; staff?: Permission }

const anyone: Rule = { who: 'anyone', session: false }
const user: Rule = { who: 'user', session: false }
const userSession: Rule = { who: 'user', session: true }
const customer: Rule = { who: 'customer', session: false }
const customerSession: Rule = { who: 'customer', session: true }

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

/** The rule of an operation. */
export const ruleOf = (operationId: OperationId): Rule => apiPolicy[operationId]
