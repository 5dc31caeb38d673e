import { index, layout, prefix, route, type RouteConfig } from '@react-router/dev/routes'

/** Shop pages are the same in every language: `/pricing` in English, `/de/pricing` in German. */
const inEveryLanguage = (pages: Parameters<typeof prefix>[1]) => prefix('de?', pages)

/** Every part of the kit on one page, in each surface, while we develop. */
const kit = (surface: string, path = 'kit', page = 'dev/kit-page.tsx') =>
  process.env['NODE_ENV'] === 'production' ? [] : [route(path, page, { id: `${surface}-kit` })]

export default [
  layout('shop/shop-layout.tsx', [
    ...inEveryLanguage([
      index('shop/landing-page.tsx'),
      route('pricing', 'shop/pricing-page.tsx'),
      route('products', 'shop/products-page.tsx'),
      route('products/:slug', 'shop/product-page.tsx'),
      route('order/:plan', 'shop/configure-page.tsx'),
      route('cart', 'shop/cart-page.tsx'),
      route('checkout', 'shop/checkout-page.tsx'),
      route('orders/:orderId/done', 'shop/order-placed-page.tsx'),
      route('legal/terms', 'shop/terms-page.tsx'),
    ]),
    ...kit('shop'),
    route('*', 'not-found-page.tsx', { id: 'shop-not-found' }),
  ]),

  layout('auth/auth-layout.tsx', [
    route('login', 'auth/login-page.tsx'),
    route('login/code', 'auth/second-factor-page.tsx'),
    route('login/with/:provider', 'auth/identity-begin.ts'),
    route('login/with/:provider/callback', 'auth/identity-callback-page.tsx'),
    route('confirm', 'auth/confirm-page.tsx'),
    route('logout', 'auth/logout-page.tsx'),
    route('invitation', 'auth/invitation-page.tsx'),
    route('register', 'auth/register-page.tsx'),
    route('verify-email', 'auth/verify-email-page.tsx'),
    route('change-email', 'auth/change-email-page.tsx'),
    route('forgot-password', 'auth/forgot-password-page.tsx'),
    route('reset-password', 'auth/reset-password-page.tsx'),
    route('join', 'auth/join-page.tsx'),
    ...kit('auth', 'login/kit', 'dev/kit-auth-page.tsx'),
  ]),

  layout('portal/portal-layout.tsx', [
    ...prefix('portal', [
      index('portal/home-page.tsx'),
      route('services', 'portal/services-page.tsx'),
      route('services/:serviceId', 'portal/service-page.tsx'),
      route('subscriptions', 'portal/subscriptions-page.tsx'),
      route('subscriptions/:subscriptionId', 'portal/subscription-page.tsx'),
      route('subscriptions/:subscriptionId/change', 'portal/subscription-change-page.tsx'),
      route('subscriptions/:subscriptionId/cancel', 'portal/subscription-cancel-page.tsx'),
      route('invoices', 'portal/invoices-page.tsx'),
      route('invoices/:invoiceId', 'portal/invoice-page.tsx'),
      route('invoices/:invoiceId/pay', 'portal/invoice-pay-page.tsx'),
      route('invoices/:invoiceId/pdf', 'portal/invoice-pdf.ts'),
      route('services/:serviceId/lend', 'portal/lend-page.tsx'),
      route('team', 'portal/team-page.tsx'),
      route('team/grants/:grantId', 'portal/grant-page.tsx'),
      route('accounts', 'portal/accounts-page.tsx'),
      route('profile', 'portal/profile-page.tsx'),
      route('profile/billing', 'portal/profile-billing-page.tsx'),
      route('profile/security', 'portal/profile-security-page.tsx'),
      route('profile/data', 'portal/profile-data-page.tsx'),
      route('profile/data/:exportId', 'portal/data-export.ts'),
      route('profile/api-tokens', 'portal/profile-tokens-page.tsx'),
      ...kit('portal'),
      route('*', 'not-found-page.tsx', { id: 'portal-not-found' }),
    ]),
  ]),

  layout('staff/staff-layout.tsx', [
    ...prefix('staff', [
      index('staff/home-page.tsx'),
      route('search', 'staff/search-page.tsx'),
      route('customers', 'staff/customers-page.tsx'),
      route('customers/:customerId', 'staff/customer-page.tsx'),
      route('orders', 'staff/orders-page.tsx'),
      route('orders/:orderId', 'staff/order-page.tsx'),
      route('invoices', 'staff/invoices-page.tsx'),
      route('invoices/:invoiceId', 'staff/invoice-page.tsx'),
      route('invoices/:invoiceId/pdf', 'staff/invoice-pdf.ts'),
      route('subscriptions', 'staff/subscriptions-page.tsx'),
      route('subscriptions/:subscriptionId', 'staff/subscription-page.tsx'),
      route('subscriptions/:subscriptionId/change', 'staff/subscription-change-page.tsx'),
      route('services', 'staff/services-page.tsx'),
      route('services/:serviceId', 'staff/service-page.tsx'),
      route('procedures', 'staff/procedures-page.tsx'),
      route('procedures/:procedureId', 'staff/procedure-page.tsx'),
      route('jobs', 'staff/jobs-page.tsx'),
      route('events', 'staff/events-page.tsx'),
      route('events/export', 'staff/events-export.ts'),
      route('events/reports', 'staff/csp-reports-page.tsx'),
      route('catalog', 'staff/catalog-page.tsx'),
      route('people', 'staff/people-page.tsx'),
      route('people/:userId', 'staff/person-page.tsx'),
      route('roles', 'staff/roles-page.tsx'),
      route('roles/:role', 'staff/role-page.tsx'),
      route('impersonations', 'staff/impersonations-page.tsx'),
      route('acting', 'staff/acting.ts'),
      route('approvals', 'staff/approvals-page.tsx'),
      route('security', 'staff/security-page.tsx'),
      route('developer', 'developer/developer-page.tsx'),
      ...kit('staff'),
      route('*', 'not-found-page.tsx', { id: 'staff-not-found' }),
    ]),
  ]),

  route('preferences', 'preferences.ts'),
] satisfies RouteConfig
