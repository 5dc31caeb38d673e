import { type Locale, LOCALES } from '#platform/i18n.ts'

/** Shop pages are shared by all visitors, so their language stands in the address; English has no prefix. */
const shop = (locale: Locale, path: string): string =>
  locale === 'en' ? path : `/${locale}${path === '/' ? '' : path}`

/** The same shop page in another language. */
export const inLanguage = (pathname: string, locale: Locale): string =>
  shop(locale, LOCALES.reduce((path, each) => path.replace(new RegExp(`^/${each}(?=/|$)`), ''), pathname) || '/')

const query = (parameters: Record<string, string | undefined>): string => {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

export type PriceView = { currency?: string | undefined; period?: string | undefined }

/** Days as `2026-11-01`; the last one is counted in. */
export type StatementSpan = { from?: string; to?: string; currency?: string }

export type StaffFilter = {
  q?: string | undefined
  state?: string | undefined
  customer?: string | undefined
  subject?: string | undefined
  currency?: string | undefined
  overdue?: string | undefined
}

/** Every link of the product. Shop pages take the visitor's locale. */
export const paths = {
  // Shop
  landing: (locale: Locale) => shop(locale, '/'),
  pricing: (locale: Locale, view: PriceView = {}) => shop(locale, '/pricing') + query(view),
  products: (locale: Locale) => shop(locale, '/products'),
  product: (locale: Locale, productSlug: string, view: PriceView = {}) =>
    shop(locale, `/products/${productSlug}`) + query(view),
  configure: (locale: Locale, planSlug: string, view: PriceView & { item?: string } = {}) =>
    shop(locale, `/order/${planSlug}`) + query(view),
  cart: (locale: Locale) => shop(locale, '/cart'),
  checkout: (locale: Locale) => shop(locale, '/checkout'),
  orderPlaced: (locale: Locale, orderId: string) => shop(locale, `/orders/${orderId}/done`),
  terms: (locale: Locale) => shop(locale, '/legal/terms'),
  apiReference: () => '/api/v1/reference',

  // Sign-in
  login: (next?: string) => `/login${query({ next })}`,
  /** Says there that a provider cannot be reached. */
  loginUnavailable: (next?: string) => `/login${query({ next, notice: 'unavailable' })}`,
  loginWith: (provider: string, next?: string) => `/login/with/${provider}${query({ next })}`,
  secondFactor: (next?: string) => `/login/code${query({ next })}`,
  confirm: (next?: string) => `/confirm${query({ next })}`,
  logout: () => '/logout',
  register: (next?: string) => `/register${query({ next })}`,
  verifyEmail: (token?: string) => `/verify-email${query({ token })}`,
  forgotPassword: () => '/forgot-password',
  resetPassword: (token?: string) => `/reset-password${query({ token })}`,
  preferences: () => '/preferences',

  // Portal
  portal: () => '/portal',
  services: () => '/portal/services',
  service: (serviceId: string) => `/portal/services/${serviceId}`,
  billing: () => '/portal/billing',
  credit: () => '/portal/billing/credit',
  /** All that is owed, or the documents named. */
  pay: () => '/portal/billing/pay',
  statements: (span: StatementSpan = {}) => '/portal/billing/statements' + query(span),
  statementFile: (format: 'pdf' | 'csv', span: StatementSpan) =>
    '/portal/billing/statements/file' + query({ ...span, format }),
  quotes: () => '/portal/quotes',
  subscriptions: () => '/portal/subscriptions',
  subscription: (subscriptionId: string) => `/portal/subscriptions/${subscriptionId}`,
  subscriptionChange: (subscriptionId: string, quote?: string) =>
    `/portal/subscriptions/${subscriptionId}/change${query({ quote })}`,
  subscriptionCancel: (subscriptionId: string) => `/portal/subscriptions/${subscriptionId}/cancel`,
  invoices: () => '/portal/invoices',
  invoice: (invoiceId: string) => `/portal/invoices/${invoiceId}`,
  invoiceWhy: (invoiceId: string) => `/portal/invoices/${invoiceId}/why`,
  invoicePay: (invoiceId: string) => `/portal/invoices/${invoiceId}/pay`,
  creditNotePdf: (creditNoteId: string) => `/portal/credit-notes/${creditNoteId}/pdf`,
  creditNoteXml: (creditNoteId: string) => `/portal/credit-notes/${creditNoteId}/xml`,
  invoicePdf: (invoiceId: string) => `/portal/invoices/${invoiceId}/pdf`,
  invoiceXml: (invoiceId: string) => `/portal/invoices/${invoiceId}/xml`,
  lend: (serviceId: string) => `/portal/services/${serviceId}/lend`,
  team: () => '/portal/team',
  grant: (grantId: string) => `/portal/team/grants/${grantId}`,
  accounts: () => '/portal/accounts',
  invitation: (token: string) => `/invitation${query({ token })}`,
  profile: () => '/portal/profile',
  profileBilling: () => '/portal/profile/billing',
  /** `passkey`: what to do about passkeys there, or which one to change. */
  profileSecurity: (passkey?: string) => `/portal/profile/security${query({ passkey })}`,
  profileData: () => '/portal/profile/data',
  dataExport: (exportId: string) => `/portal/profile/data/${exportId}`,
  profileTokens: () => '/portal/profile/api-tokens',

  // Staff
  staff: () => '/staff',
  staffSearch: (q?: string) => `/staff/search${query({ q })}`,
  staffCustomers: (filter: { q?: string | undefined } = {}) => '/staff/customers' + query(filter),
  staffCustomer: (customerId: string) => `/staff/customers/${customerId}`,
  staffStatement: (customerId: string, span: StatementSpan = {}) =>
    `/staff/customers/${customerId}/statement` + query(span),
  staffStatementFile: (customerId: string, format: 'pdf' | 'csv', span: StatementSpan) =>
    `/staff/customers/${customerId}/statement/file` + query({ ...span, format }),
  staffOrders: (filter: StaffFilter = {}) => '/staff/orders' + query(filter),
  staffOrder: (orderId: string) => `/staff/orders/${orderId}`,
  staffInvoices: (filter: StaffFilter = {}) => '/staff/invoices' + query(filter),
  staffNewInvoice: (filter: { customer?: string | undefined; q?: string | undefined } = {}) =>
    '/staff/invoices/new' + query(filter),
  staffInvoice: (invoiceId: string) => `/staff/invoices/${invoiceId}`,
  staffInvoiceWhy: (invoiceId: string) => `/staff/invoices/${invoiceId}/why`,
  staffInvoicePdf: (invoiceId: string) => `/staff/invoices/${invoiceId}/pdf`,
  staffInvoiceXml: (invoiceId: string) => `/staff/invoices/${invoiceId}/xml`,
  staffCreditNotePdf: (creditNoteId: string) => `/staff/credit-notes/${creditNoteId}/pdf`,
  staffCreditNoteXml: (creditNoteId: string) => `/staff/credit-notes/${creditNoteId}/xml`,
  staffPayments: (filter: StaffFilter = {}) => '/staff/payments' + query(filter),
  staffPayment: (paymentId: string) => `/staff/payments/${paymentId}`,
  staffRefunds: (filter: StaffFilter = {}) => '/staff/refunds' + query(filter),
  staffDisputes: (filter: StaffFilter = {}) => '/staff/disputes' + query(filter),
  staffDispute: (disputeId: string) => `/staff/disputes/${disputeId}`,
  staffProof: (filter: { view?: string | undefined; run?: string | undefined } = {}) =>
    '/staff/billing/proof' + query(filter),
  staffDunning: (filter: { view?: string | undefined; state?: string | undefined } = {}) =>
    '/staff/billing/dunning' + query(filter),
  staffCredit: (filter: StaffFilter = {}) => '/staff/credit' + query(filter),
  staffCreditNotes: (filter: StaffFilter = {}) => '/staff/credit-notes' + query(filter),
  staffRecordMoney: (filter: { invoice?: string | undefined; q?: string | undefined } = {}) =>
    '/staff/payments/record' + query(filter),
  staffUnmatched: () => '/staff/unmatched',
  /** `subject` is an agreement. */
  staffQuotes: (filter: StaffFilter = {}) => '/staff/quotes' + query(filter),
  staffAdoption: (filter: { view?: string } = {}) => '/staff/adoption' + query(filter),
  staffAdopt: (gatewaySubscriptionId: string, filter: { customer?: string; q?: string } = {}) =>
    `/staff/adoption/${gatewaySubscriptionId}` + query(filter),
  staffSubscriptions: (filter: StaffFilter = {}) => '/staff/subscriptions' + query(filter),
  staffSubscription: (subscriptionId: string) => `/staff/subscriptions/${subscriptionId}`,
  staffSubscriptionChange: (subscriptionId: string, quote?: string) =>
    `/staff/subscriptions/${subscriptionId}/change${query({ quote })}`,
  staffServices: (filter: StaffFilter = {}) => '/staff/services' + query(filter),
  staffService: (serviceId: string) => `/staff/services/${serviceId}`,
  staffProcedures: (filter: StaffFilter = {}) => '/staff/procedures' + query(filter),
  staffProcedure: (procedureId: string) => `/staff/procedures/${procedureId}`,
  staffJobs: (filter: { view?: string | undefined } = {}) => '/staff/jobs' + query(filter),
  staffEvents: (
    filter: { subject?: string | undefined; customer?: string | undefined; name?: string | undefined } = {},
  ) => '/staff/events' + query(filter),
  /** `search` is the query of the log's own address. */
  staffEventsExport: (format: 'csv' | 'ndjson', search: URLSearchParams) =>
    '/staff/events/export' + query({ ...Object.fromEntries(search), after: undefined, format }),
  staffCspReports: () => '/staff/events/reports',
  staffReports: () => '/staff/reports',
  staffReport: (report: string, search: Record<string, string | undefined> = {}) =>
    `/staff/reports/${report}` + query(search),
  /** `search` is the query of the report's own address. */
  staffReportExport: (report: string, format: 'csv' | 'xlsx', search: URLSearchParams) =>
    `/staff/reports/${report}/export` + query({ ...Object.fromEntries(search), after: undefined, format }),
  staffTaxDocuments: (search: Record<string, string | undefined>) => '/staff/reports/tax/documents' + query(search),
  staffCatalog: () => '/staff/catalog',
  staffTax: (filter: { rule?: string | undefined } = {}) => '/staff/tax' + query(filter),
  staffForecasts: () => '/staff/billing/forecasts',
  staffForecastNew: (search: Record<string, string | undefined> = {}) => '/staff/billing/forecasts/new' + query(search),
  staffForecast: (forecastId: string, search: Record<string, string | undefined> = {}) =>
    `/staff/billing/forecasts/${forecastId}` + query(search),
  staffForecastCompared: (forecastId: string, search: Record<string, string | undefined> = {}) =>
    `/staff/billing/forecasts/${forecastId}/compared` + query(search),
  /** `search` is the query of the forecast's own address. */
  staffForecastExport: (forecastId: string, search: URLSearchParams) =>
    `/staff/billing/forecasts/${forecastId}/export` + query({ ...Object.fromEntries(search), after: undefined }),
  staffStock: () => '/staff/catalog/stock',
  staffPlanStock: (planId: string) => `/staff/catalog/stock/${planId}`,
  staffProductNew: () => '/staff/catalog/new',
  staffProduct: (productId: string) => `/staff/catalog/${productId}`,
  staffVersion: (versionId: string) => `/staff/catalog/versions/${versionId}`,
  staffDraft: (versionId: string) => `/staff/catalog/versions/${versionId}/edit`,
  staffDraftPlan: (versionId: string, planId?: string) =>
    `/staff/catalog/versions/${versionId}/plan${planId === undefined ? '' : `?plan=${planId}`}`,
  staffDraftOption: (versionId: string, optionId?: string) =>
    `/staff/catalog/versions/${versionId}/option${optionId === undefined ? '' : `?option=${optionId}`}`,
  staffDraftChoice: (versionId: string, optionId: string, choiceId?: string) =>
    `/staff/catalog/versions/${versionId}/choice${query({ option: optionId, choice: choiceId })}`,
  staffRepricings: () => '/staff/repricings',
  staffRepricingNew: (planId?: string) => `/staff/repricings/new${planId === undefined ? '' : `?plan=${planId}`}`,
  staffRepricing: (repricingId: string) => `/staff/repricings/${repricingId}`,
  staffRepricingExport: (repricingId: string, filter = '') => `/staff/repricings/${repricingId}/export${filter}`,
  preview: (token: string) => `/preview/${token}`,
  previewEnd: () => '/preview',
  staffCoupons: () => '/staff/coupons',
  staffCouponNew: () => '/staff/coupons/new',
  staffCoupon: (couponId: string) => `/staff/coupons/${couponId}`,
  staffCouponEdit: (couponId: string) => `/staff/coupons/${couponId}/edit`,
  staffSettings: () => '/staff/settings',
  staffSettingsBilling: () => '/staff/settings/billing',
  staffSettingsNumbering: () => '/staff/settings/numbering',
  staffSettingsCurrencies: () => '/staff/settings/currencies',
  staffSettingsCompany: () => '/staff/settings/company',
  staffSettingsMails: (filter: { mail?: string | undefined } = {}) => '/staff/settings/mails' + query(filter),
  staffMailLog: () => '/staff/settings/mails/log',
  staffSecurity: (passkey?: string) => `/staff/security${query({ passkey })}`,
  staffPeople: () => '/staff/people',
  staffPerson: (userId: string) => `/staff/people/${userId}`,
  staffRoles: () => '/staff/roles',
  staffRole: (role: string) => `/staff/roles/${role}`,
  staffImpersonations: (filter: { customer?: string | undefined } = {}) => '/staff/impersonations' + query(filter),
  staffActing: () => '/staff/acting',
  staffApprovals: (filter: { view?: string | undefined } = {}) => '/staff/approvals' + query(filter),

  // Developer tools, in simulated mode only
  developer: () => '/staff/developer',
}

/** A path of our own to come back to, or undefined for anything that could lead elsewhere. */
export function safeReturn(next: string | null | undefined): string | undefined {
  if (!next || next.length > 500 || !next.startsWith('/') || /^\/[/\\]|[\r\n\t]/.test(next)) return undefined
  const url = new URL(next, 'http://own.invalid')
  return url.host === 'own.invalid' ? url.pathname + url.search : undefined
}
