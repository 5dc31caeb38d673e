import { redirect } from 'react-router'
import { isLocale } from '#platform/i18n.ts'
import type { Route } from './+types/preferences'
import { preferenceCookie } from './cookies.ts'
import { paths, safeReturn } from './paths.ts'

/** Theme and language: cookies that hold no secret, set by plain forms. */
export async function action({ request }: Route.ActionArgs) {
  const form = await request.formData()
  const headers = new Headers()
  const theme = form.get('theme')
  if (theme === 'light' || theme === 'dark') headers.append('set-cookie', preferenceCookie('theme', theme))
  else if (theme === 'system') headers.append('set-cookie', preferenceCookie('theme', undefined))
  const locale = form.get('locale')
  if (isLocale(locale)) headers.append('set-cookie', preferenceCookie('locale', locale))
  const next = form.get('next')
  return redirect((typeof next === 'string' ? safeReturn(next) : undefined) ?? paths.landing('en'), { headers })
}

export const loader = () => redirect(paths.landing('en'))
