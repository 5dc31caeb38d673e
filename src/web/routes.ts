import { index, layout, prefix, route, type RouteConfig } from '@react-router/dev/routes'

/** Shop pages are the same in every language: `/pricing` in English, `/de/pricing` in German. */
const inEveryLanguage = (pages: Parameters<typeof prefix>[1]) => prefix('de?', pages)

export default [
  layout('shop/shop-layout.tsx', [
    ...inEveryLanguage([
      index('shop/landing-page.tsx'),
    ]),
    route('*', 'not-found-page.tsx', { id: 'shop-not-found' }),
  ]),

  layout('auth/auth-layout.tsx', []),

  layout('portal/portal-layout.tsx', [
    ...prefix('portal', [
      route('*', 'not-found-page.tsx', { id: 'portal-not-found' }),
    ]),
  ]),

  layout('staff/staff-layout.tsx', [
    ...prefix('staff', [
      route('*', 'not-found-page.tsx', { id: 'staff-not-found' }),
    ]),
  ]),

  route('preferences', 'preferences.ts'),
] satisfies RouteConfig
