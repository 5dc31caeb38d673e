import type { App } from '#app/app.ts'
import type { Locale } from '#platform/i18n.ts'

type Origin = Pick<App['config'], 'publicUrl'>

/** Where mails lead: always to the configured address, whatever a request called us. */
export const mailLinks = {
  verifyEmail: ({ publicUrl }: Origin, secret: string) =>
    `${publicUrl}/verify-email?token=${encodeURIComponent(secret)}`,
  changeEmail: ({ publicUrl }: Origin, secret: string) =>
    `${publicUrl}/change-email?token=${encodeURIComponent(secret)}`,
  resetPassword: ({ publicUrl }: Origin, secret: string) =>
    `${publicUrl}/reset-password?token=${encodeURIComponent(secret)}`,
  invitation: ({ publicUrl }: Origin, secret: string) => `${publicUrl}/invitation?token=${encodeURIComponent(secret)}`,
  joinStaff: ({ publicUrl }: Origin, secret: string) => `${publicUrl}/join?token=${encodeURIComponent(secret)}`,
  signIn: ({ publicUrl }: Origin) => `${publicUrl}/login`,
  forgotPassword: ({ publicUrl }: Origin) => `${publicUrl}/forgot-password`,
  ownData: ({ publicUrl }: Origin) => `${publicUrl}/portal/profile/data`,
  site: ({ publicUrl }: Origin) => publicUrl,
  apiTokens: ({ publicUrl }: Origin) => `${publicUrl}/portal/profile/api-tokens`,
  service: ({ publicUrl }: Origin, serviceId: string) => `${publicUrl}/portal/services/${serviceId}`,
  invoice: ({ publicUrl }: Origin, invoiceId: string) => `${publicUrl}/portal/invoices/${invoiceId}`,
  subscription: ({ publicUrl }: Origin, subscriptionId: string) =>
    `${publicUrl}/portal/subscriptions/${subscriptionId}`,
  subscriptions: ({ publicUrl }: Origin) => `${publicUrl}/portal/subscriptions`,
  billing: ({ publicUrl }: Origin) => `${publicUrl}/portal/billing`,
  invoices: ({ publicUrl }: Origin) => `${publicUrl}/portal/invoices`,
  staffPayment: ({ publicUrl }: Origin, paymentId: string) => `${publicUrl}/staff/payments/${paymentId}`,
  staffProof: ({ publicUrl }: Origin) => `${publicUrl}/staff/billing/proof`,
  staffDispute: ({ publicUrl }: Origin, disputeId: string) => `${publicUrl}/staff/disputes/${disputeId}`,
  staffInvoice: ({ publicUrl }: Origin, invoiceId: string) => `${publicUrl}/staff/invoices/${invoiceId}`,
  staffService: ({ publicUrl }: Origin, serviceId: string) => `${publicUrl}/staff/services/${serviceId}`,
  // Shop pages have their language in the address.
  order: ({ publicUrl }: Origin, orderId: string, locale: Locale) =>
    `${publicUrl}${locale === 'en' ? '' : `/${locale}`}/orders/${orderId}/done`,
}
