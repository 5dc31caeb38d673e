import { index, layout, prefix, route, type RouteConfig } from '@react-router/dev/routes'

/** Shop pages are the same in every language: `/pricing` in English, `/de/pricing` in German. */
const inEveryLanguage = (pages: Parameters<typeof prefix>[1]) => prefix('de?', pages)

/** Every part of the kit on one page, in each surface, while we develop. */
const kit = (surface: string, path = 'kit', page = 'dev/kit-page.tsx') =>
  process.env['NODE_ENV'] === 'production' ? [] : [route(path, page, { id: `${surface}-kit` })]

export default [
  layout('shop/shop-layout.tsx', [
    ...inEveryLanguage([index('shop/landing-page.tsx')]),
    ...kit('shop'),
    route('*', 'not-found-page.tsx', { id: 'shop-not-found' }),
  ]),

  layout('auth/auth-layout.tsx', [...kit('auth', 'login/kit', 'dev/kit-auth-page.tsx')]),

  layout('portal/portal-layout.tsx', [
    ...prefix('portal', [...kit('portal'), route('*', 'not-found-page.tsx', { id: 'portal-not-found' })]),
  ]),

  layout('staff/staff-layout.tsx', [
    ...prefix('staff', [...kit('staff'), route('*', 'not-found-page.tsx', { id: 'staff-not-found' })]),
  ]),

  route('preferences', 'preferences.ts'),
] satisfies RouteConfig
